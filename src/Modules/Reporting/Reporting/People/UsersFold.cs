using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Model;
using Kilo.Users.Contracts;

namespace Kilo.Reporting.People;

/// <summary>Keeps Reporting's own copy of users and tokens.</summary>
internal sealed class UsersFold : Projection
{
    public UsersFold()
    {
        On<UserRegistered>(async (e, session, cancel) =>
        {
            // Once: a retry of a registration may come after changes, which it must not take back.
            if (await session.GetAsync(UserRow.Table, e.Key, "", cancel) is null)
            {
                Put(e.Fact.User, session);
            }
        }, (_, envelope) => [UserRow.Table.Key(envelope.Key)]);
        On<UserUpdated>((e, session, _) =>
        {
            Put(e.Fact.User, session);
            return ValueTask.CompletedTask;
        });
        On<UserRemoved>((e, session, _) =>
        {
            session.Delete(UserRow.Table, e.Key, "");
            return ValueTask.CompletedTask;
        });
        On<TokenIssued>((e, session, _) =>
        {
            session.Put(TokenRow.Table, e.Fact.SecretSha256, "", new TokenRow(e.Fact.TokenId, e.Fact.UserId, e.Fact.IsSignIn, e.Fact.IssuedAt, e.Fact.ExpiresAt));
            return ValueTask.CompletedTask;
        });
        On<TokenRevoked>((e, session, _) =>
        {
            session.Delete(TokenRow.Table, e.Fact.SecretSha256, "");
            return ValueTask.CompletedTask;
        });
    }

    private static void Put(UserState user, ViewSession session) => session.Put(UserRow.Table, user.UserId.ToString(), "",
        new UserRow(user.UserId, user.Email, user.DisplayName.Replace('\0', '\uFFFD'), user.Role, user.Disabled, InMilliseconds(user.RegisteredAt),
            user.SignInsValidFrom is { } from ? InMilliseconds(from) : null));

    // So much of a moment every engine keeps.
    private static DateTimeOffset InMilliseconds(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());
}
