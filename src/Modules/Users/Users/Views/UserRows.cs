using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Users.Contracts;
using Kilo.Users.Rules;

namespace Kilo.Users.Views;

/// <summary>A user as of now. In <c>users</c> the partition is the user's id; in <c>directory</c> all are one partition, ordered by name.</summary>
internal sealed record UserRow(Guid Id, string Email, string DisplayName, string Role, bool Disabled, DateTimeOffset RegisteredAt, DateTimeOffset? SignInsValidFrom)
{
    public static ViewTable<UserRow> Table { get; } = new("users", RowsJson.Default.UserRow);

    public static ViewTable<UserRow> Directory { get; } = new("directory", RowsJson.Default.UserRow);

    public const string Everyone = "everyone";

    [JsonIgnore]
    public string DirectorySort => $"{DisplayName.ToLowerInvariant()}\u001f{Id}";

    public UserState ToState() => new(Id, Email, DisplayName, Role, Disabled, RegisteredAt, SignInsValidFrom);

    public static UserRow Of(UserState s) => new(s.UserId, s.Email, s.DisplayName, s.Role, s.Disabled, s.RegisteredAt, s.SignInsValidFrom);
}

/// <summary>Who has an e-mail address. Partition: the address in lower case.</summary>
internal sealed record EmailRow(Guid UserId)
{
    public static ViewTable<EmailRow> Table { get; } = new("emails", RowsJson.Default.EmailRow);
}

/// <summary>A token. In <c>tokens</c> the partition is the secret's hash; in <c>user-tokens</c> the user, ordered by token id: by age.</summary>
internal sealed record TokenRow(Guid Id, Guid UserId, string Name, string SecretSha256, bool IsSignIn, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    public static ViewTable<TokenRow> Table { get; } = new("tokens", RowsJson.Default.TokenRow);

    public static ViewTable<TokenRow> OfUser { get; } = new("user-tokens", RowsJson.Default.TokenRow);

    /// <summary>False once it has run out, or its user's password was changed since it was signed in with.</summary>
    public bool Works(UserRow user, DateTimeOffset now) => !(ExpiresAt <= now) && !(IsSignIn && IssuedAt < user.SignInsValidFrom);
}

/// <summary>A running total.</summary>
internal sealed record CountRow(long Count)
{
    public static ViewTable<CountRow> Table { get; } = new("counts", RowsJson.Default.CountRow);

    public const string Users = "users";
}

/// <summary>The fold of people. The log's order decides who gets an e-mail address.</summary>
internal sealed class UsersProjection : Projection
{
    public UsersProjection()
    {
        On<UserRegistered>(async (e, session, cancel) =>
        {
            var (user, email) = (e.Fact.User, Emails.Normalise(e.Fact.User.Email));
            if (await session.GetAsync(EmailRow.Table, email, "", cancel) is not null || await session.GetAsync(UserRow.Table, e.Fact.Key, "", cancel) is not null)
            {
                return;
            }
            session.Put(EmailRow.Table, email, "", new EmailRow(user.UserId));
            await PutAsync(null, UserRow.Of(user), session, cancel);
        });

        On<UserUpdated>(async (e, session, cancel) =>
        {
            var before = await session.GetAsync(UserRow.Table, e.Fact.Key, "", cancel);
            if (before is null)
            {
                // The topic was compacted: of this user nothing older is left. Only somebody who has the address is ever updated.
                session.Put(EmailRow.Table, Emails.Normalise(e.Fact.User.Email), "", new EmailRow(e.Fact.User.UserId));
            }
            await PutAsync(before, UserRow.Of(e.Fact.User), session, cancel);
        });

        On<UserRemoved>(async (e, session, cancel) =>
        {
            if (await session.GetAsync(UserRow.Table, e.Fact.Key, "", cancel) is { } before)
            {
                session.Delete(EmailRow.Table, Emails.Normalise(before.Email), "");
                await PutAsync(before, null, session, cancel);
            }
        });

        On<TokenIssued>((e, session, _) =>
        {
            var f = e.Fact;
            var row = new TokenRow(f.TokenId, f.UserId, f.Name, f.SecretSha256, f.IsSignIn, f.IssuedAt, f.ExpiresAt);
            session.Put(TokenRow.Table, f.SecretSha256, "", row);
            session.Put(TokenRow.OfUser, f.UserId.ToString(), f.Key, row);
            return ValueTask.CompletedTask;
        });

        On<TokenRevoked>((e, session, _) =>
        {
            session.Delete(TokenRow.Table, e.Fact.SecretSha256, "");
            session.Delete(TokenRow.OfUser, e.Fact.UserId.ToString(), e.Fact.Key);
            return ValueTask.CompletedTask;
        });
    }

    private static async ValueTask PutAsync(UserRow? before, UserRow? after, ViewSession session, CancellationToken cancel)
    {
        if (before is not null && before.DirectorySort != after?.DirectorySort)
        {
            session.Delete(UserRow.Directory, UserRow.Everyone, before.DirectorySort);
        }
        if (after is not null)
        {
            session.Put(UserRow.Table, after.Id.ToString(), "", after);
            session.Put(UserRow.Directory, UserRow.Everyone, after.DirectorySort, after);
        }
        else
        {
            session.Delete(UserRow.Table, before!.Id.ToString(), "");
        }
        if (before is null || after is null)
        {
            var count = await session.GetAsync(CountRow.Table, CountRow.Users, "", cancel);
            session.Put(CountRow.Table, CountRow.Users, "", new CountRow((count?.Count ?? 0) + (after is null ? -1 : 1)));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserRow))]
[JsonSerializable(typeof(EmailRow))]
[JsonSerializable(typeof(TokenRow))]
[JsonSerializable(typeof(CountRow))]
[JsonSerializable(typeof(CredentialRow))]
internal sealed partial class RowsJson : JsonSerializerContext;
