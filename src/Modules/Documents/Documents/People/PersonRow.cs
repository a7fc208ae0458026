using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Users.Contracts;

namespace Kilo.Documents.People;

/// <summary>Documents' own copy of a user: the name to show, and what decides access. Partition: the user's id.</summary>
internal sealed record PersonRow(string DisplayName, string Role, bool Disabled, DateTimeOffset? SignInsValidFrom)
{
    public static ViewTable<PersonRow> Table { get; } = new("people", Views.RowsJson.Default.PersonRow);
}

/// <summary>Documents' own copy of a token. Partition: the secret's SHA-256.</summary>
internal sealed record TokenRow(Guid TokenId, Guid UserId, bool IsSignIn, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    public static ViewTable<TokenRow> Table { get; } = new("tokens", Views.RowsJson.Default.TokenRow);
}

/// <summary>Keeps the copy from <c>kilo.users</c>; nobody calls Users to render a list or to check a token.</summary>
internal sealed class PeopleProjection : Projection
{
    public PeopleProjection()
    {
        On<UserRegistered>(async (e, session, cancel) =>
        {
            // Once: a retry of a registration may come after changes, which it must not take back.
            if (await session.GetAsync(PersonRow.Table, e.Fact.Key, "", cancel) is null)
            {
                await Put(e.Fact.User, session);
            }
        });
        On<UserUpdated>((e, session, _) => Put(e.Fact.User, session));
        On<UserRemoved>((e, session, _) =>
        {
            session.Delete(PersonRow.Table, e.Fact.UserId.ToString(), "");
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

    private static ValueTask Put(UserState user, ViewSession session)
    {
        session.Put(PersonRow.Table, user.UserId.ToString(), "", new PersonRow(user.DisplayName, user.Role, user.Disabled, user.SignInsValidFrom));
        return ValueTask.CompletedTask;
    }
}

/// <summary>Who a token speaks for, from Documents' own copy.</summary>
internal sealed class PeopleIdentities(ModuleViews views, TimeProvider time) : IIdentitySource
{
    public async ValueTask<Identity?> FindAsync(AccessToken token, CancellationToken cancel)
    {
        var row = await TokenRow.Table.GetAsync(views.Store, token.Hash, "", cancel);
        if (row is null)
        {
            // Read again even when there was nothing to wait for: the fact may have been folded between the two.
            await views.ReachAsync(token.Issued, cancel);
            row = await TokenRow.Table.GetAsync(views.Store, token.Hash, "", cancel);
        }
        return row is not null && !(row.ExpiresAt <= time.GetUtcNow())
            && await PersonRow.Table.GetAsync(views.Store, row.UserId.ToString(), "", cancel) is { Disabled: false } person
            && !(row.IsSignIn && row.IssuedAt < person.SignInsValidFrom)
            ? new Identity(row.UserId, person.Role, row.TokenId)
            : null;
    }
}

/// <summary>A person's id and current name.</summary>
/// <param name="Id">The user.</param>
/// <param name="DisplayName">The name now; empty for somebody who was removed.</param>
internal sealed record PersonResponse(Guid Id, string DisplayName);

/// <summary>People's current names, each read once.</summary>
internal sealed class Names(IViewStore store)
{
    private readonly Dictionary<Guid, PersonResponse> _known = [];

    public async ValueTask<PersonResponse> OfAsync(Guid user, CancellationToken cancel) =>
        _known.TryGetValue(user, out var known) ? known
        : _known[user] = new PersonResponse(user, (await PersonRow.Table.GetAsync(store, user.ToString(), "", cancel))?.DisplayName ?? "");
}
