namespace Kilo.BuildingBlocks.Http;

/// <summary>Who a token speaks for.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Role">The user's role now.</param>
/// <param name="TokenId">The token.</param>
public sealed record Identity(Guid UserId, string Role, Guid TokenId);

/// <summary>
/// Answers from a module's own copy of users and tokens. Each module that serves HTTP has one, keyed by its name, so that it
/// can be deployed without the module that issues tokens.
/// </summary>
public interface IIdentitySource
{
    /// <summary>Who the token speaks for; null when it is unknown, expired, revoked, or its user is disabled.</summary>
    ValueTask<Identity?> FindAsync(AccessToken token, CancellationToken cancel);
}
