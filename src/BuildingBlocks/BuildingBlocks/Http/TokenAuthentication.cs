using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kilo.BuildingBlocks.Http;

/// <summary>Authenticates <c>Authorization: Bearer …</c> against the identity source of the module that serves the route.</summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Throttle throttle)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Bearer";

    private const string TokenIdClaim = "kilo:token";

    /// <summary>The token that an authenticated request was sent with.</summary>
    public static Guid TokenIdOf(ClaimsPrincipal user) => Guid.Parse(user.FindFirstValue(TokenIdClaim)!);

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0 || Context.GetEndpoint()?.Metadata.GetMetadata<ModuleRoute>() is not { } route)
        {
            return AuthenticateResult.NoResult();
        }
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && AccessToken.Parse(header[7..].Trim()) is { } token)
        {
            var source = Context.RequestServices.GetRequiredKeyedService<IIdentitySource>(route.Module);
            if (await source.FindAsync(token, Context.RequestAborted) is { } identity)
            {
                var principal = new ClaimsPrincipal(new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, identity.UserId.ToString()),
                    new Claim(ClaimTypes.Role, identity.Role),
                    new Claim(TokenIdClaim, identity.TokenId.ToString()),
                ], SchemeName));
                return AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName));
            }
        }
        // Only failures count, so that a valid token behind the same address is never locked out by its neighbours.
        await throttle.FailedAsync("token", Context.Connection.RemoteIpAddress?.ToString() ?? "", limit: 100, Context.RequestAborted);
        return AuthenticateResult.Fail("The token is unknown, expired or revoked.");
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Nothing that a route protects: routing's own 404, 405 or 415 is the answer to everybody, whether or not the token is good.
        if (Context.GetEndpoint() is not RouteEndpoint)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Context.GetEndpoint()?.RequestDelegate?.Invoke(Context) ?? Task.CompletedTask;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        throw Request.Headers.Authorization.Count == 0
            ? Problem.SignInNeeded()
            : new Problem(401, "token-refused", "The token is unknown, expired or revoked, or its user is disabled. Sign in again.");
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw Problem.Forbidden("Only an administrator may do this.");
}
