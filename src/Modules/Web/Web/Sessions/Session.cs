using Kilo.BuildingBlocks.Http;
using Kilo.Web.Upstreams;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Web.Sessions;

/// <summary>Who signs in.</summary>
internal sealed record SessionRequest(string Email, string Password);

/// <summary>A session of a browser.</summary>
/// <param name="User">Whose it is.</param>
internal sealed record SessionResponse(SessionUser User);

/// <summary>Who is signed in.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address to sign in with.</param>
/// <param name="DisplayName">What others see.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
internal sealed record SessionUser(Guid Id, string Email, string DisplayName, string Role);

internal static class SessionEndpoints
{
    private sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, SessionUser User);

    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", async (SessionRequest body, HttpContext http, RestClient rest, CancellationToken cancel) =>
            {
                SessionCookies.RequireAntiForgery(http.Request);
                var before = await SessionCookies.TokenAsync(http);
                var signedIn = await rest.SendAsync<SignedIn>(http, "users", HttpMethod.Post, "/api/login", null, cancel, body);
                await SessionCookies.StartAsync(http, signedIn.User.Id, signedIn.Token, signedIn.ExpiresAt);
                await RevokeAsync(http, rest, before, cancel);
                return Answer(http, signedIn.User);
            })
            .AllowAnonymous().Produces<SessionResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(429)
            .WithName("StartSession").WithSummary("Signs a browser in: the answer sets its session cookie.")
            .WithDescription($"Unsafe requests with the cookie need the header {SessionCookies.AntiForgeryHeader}: 1, this one included.");

        routes.MapGet("/session", async (HttpContext http, RestClient rest, CancellationToken cancel) =>
            {
                if (await SessionCookies.TokenAsync(http) is not { } token)
                {
                    throw Problem.SignInNeeded();
                }
                try
                {
                    return Answer(http, await rest.SendAsync<SessionUser>(http, "users", HttpMethod.Get, "/api/users/me", token, cancel));
                }
                catch (Problem ended) when (ended.Status == 401)
                {
                    await http.SignOutAsync(SessionCookies.Scheme);
                    throw;
                }
            })
            .AllowAnonymous().Produces<SessionResponse>().ProducesProblem(401)
            .WithName("GetSession").WithSummary("Who is signed in in this browser.");

        routes.MapDelete("/session", async (HttpContext http, RestClient rest, CancellationToken cancel) =>
            {
                SessionCookies.RequireAntiForgery(http.Request);
                await RevokeAsync(http, rest, await SessionCookies.TokenAsync(http), cancel);
                await http.SignOutAsync(SessionCookies.Scheme);
                return TypedResults.NoContent();
            })
            .AllowAnonymous().Produces(204).ProducesProblem(403)
            .WithName("EndSession").WithSummary("Signs this browser out, for good: the session's token is revoked.");
    }

    private static Ok<SessionResponse> Answer(HttpContext http, SessionUser user)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionResponse(user));
    }

    // A token that is already refused needs no end.
    private static async Task RevokeAsync(HttpContext http, RestClient rest, string? token, CancellationToken cancel)
    {
        if (token is not null)
        {
            try
            {
                await rest.SendAsync(http, "users", HttpMethod.Delete, "/api/tokens/current", token, cancel);
            }
            catch (Problem refused) when (refused.Status == 401)
            {
            }
        }
    }
}
