using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Users.Contracts;

/// <summary>Everything that other modules may know of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Email">Unique among users, compared without case.</param>
/// <param name="DisplayName">What other people see.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
/// <param name="Disabled">True: may not sign in, and tokens do not work.</param>
/// <param name="RegisteredAt">When the user was added.</param>
/// <param name="SignInsValidFrom">Sign-ins before this have ended.</param>
public sealed record UserState(
    Guid UserId, string Email, string DisplayName, string Role, bool Disabled, DateTimeOffset RegisteredAt, DateTimeOffset? SignInsValidFrom = null);

/// <summary>
/// Somebody asked for this e-mail address. The first such event on the log with the address gets it; a later one
/// of another user is void, and a <see cref="UserRemoved"/> follows.
/// </summary>
public sealed record UserRegistered(UserState User) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "users.user-registered.v1";

    /// <inheritdoc />
    public static Topic Topic => UsersTopics.Users;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => User.UserId.ToString();
}

/// <summary>A profile, role or state changed. The e-mail address stays what it was registered with.</summary>
public sealed record UserUpdated(UserState User) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "users.user-updated.v1";

    /// <inheritdoc />
    public static Topic Topic => UsersTopics.Users;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => User.UserId.ToString();
}

/// <summary>The user is gone, or never came to be.</summary>
public sealed record UserRemoved(Guid UserId) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "users.user-removed.v1";

    /// <inheritdoc />
    public static Topic Topic => UsersTopics.Users;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => UserId.ToString();
}

/// <summary>A token works from now on, until it expires or is revoked.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="UserId">Who it speaks for.</param>
/// <param name="Name">What the user called it.</param>
/// <param name="SecretSha256">64 hexadecimal digits. The secret has 256 random bits: its hash gives nothing away.</param>
/// <param name="IsSignIn">True: made by a sign-in, and ended by a change of password.</param>
/// <param name="IssuedAt">From when on.</param>
/// <param name="ExpiresAt">Until when; null: until revoked.</param>
public sealed record TokenIssued(
    Guid TokenId, Guid UserId, string Name, string SecretSha256, bool IsSignIn, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt = null) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "users.token-issued.v1";

    /// <inheritdoc />
    public static Topic Topic => UsersTopics.Users;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => TokenId.ToString();
}

/// <summary>A token stopped working.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="UserId">Whom it spoke for.</param>
/// <param name="SecretSha256">As it was issued.</param>
public sealed record TokenRevoked(Guid TokenId, Guid UserId, string SecretSha256) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "users.token-revoked.v1";

    /// <inheritdoc />
    public static Topic Topic => UsersTopics.Users;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => TokenId.ToString();
}
