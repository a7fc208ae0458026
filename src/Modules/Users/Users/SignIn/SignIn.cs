using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.IssueToken;
using Kilo.Users.Rules;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.SignIn;

/// <summary>Exchanges e-mail address and password for a token that ends by itself.</summary>
internal sealed record SignIn(string Email, string Password, string Address) : ICommand<SignedIn>;

internal sealed record SignedIn(Appended Appended, SignInResponse Response);

internal sealed class SignInHandler(UsersReader reader, Passwords passwords, Throttle throttle, TokenIssuer issuer, UsersOptions options, TimeProvider time)
    : IRequestHandler<SignIn, SignedIn>
{
    private const int FailuresPerAccount = 10;
    private const int FailuresPerAddress = 100;

    public async Task<SignedIn> Handle(SignIn request, CancellationToken cancellationToken)
    {
        var email = Emails.Normalise(request.Email);
        var account = $"{email} {request.Address}";
        await throttle.CheckAsync("password", account, FailuresPerAccount, cancellationToken);
        await throttle.CheckAsync("password", request.Address, FailuresPerAddress, cancellationToken);

        var store = reader.Views.Store;
        var user = await EmailRow.Table.GetAsync(store, email, "", cancellationToken) is { } owner ? await reader.FindAsync(owner.UserId, cancellationToken) : null;
        var credential = user is null ? null : await CredentialRow.Table.GetAsync(store, user.Id.ToString(), "", cancellationToken);
        if (!passwords.Verify(credential?.PasswordHash, request.Password) || user!.Disabled)
        {
            await throttle.FailedAsync("password", account, int.MaxValue, cancellationToken);
            await throttle.FailedAsync("password", request.Address, int.MaxValue, cancellationToken);
            throw new Problem(401, "sign-in-failed", "The e-mail address or the password is wrong, or the user is disabled.");
        }
        var expires = time.GetUtcNow() + options.SignInLifetime;
        var issued = await issuer.IssueAsync(user.Id, "Sign-in", isSignIn: true, expires, null, cancellationToken);
        return new(issued.Appended, new SignInResponse(issued.Token, expires, UserResponse.Of(user)));
    }
}

/// <summary>Who signs in.</summary>
internal sealed record SignInRequest(string Email, string Password);

/// <summary>A sign-in.</summary>
/// <param name="Token">Send it as <c>Authorization: Bearer …</c>.</param>
/// <param name="ExpiresAt">Until when it works.</param>
/// <param name="User">Who signed in.</param>
internal sealed record SignInResponse(string Token, DateTimeOffset ExpiresAt, UserResponse User);

internal static class SignInEndpoint
{
    public static void MapSignIn(this IEndpointRouteBuilder routes) => routes
        .MapPost("/login", async (SignInRequest body, HttpContext http, IMediator mediator, CancellationToken cancel) =>
        {
            var signedIn = await mediator.Send(new SignIn(body.Email, body.Password, http.Connection.RemoteIpAddress?.ToString() ?? ""), cancel);
            Positions.Answer(http.Response, signedIn.Appended.Position);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(signedIn.Response);
        })
        .AllowAnonymous().Produces<SignInResponse>().ProducesProblem(401).ProducesProblem(429)
        .WithName("SignIn").WithSummary("Exchanges e-mail address and password for a token. Throttled after 10 failures in 15 minutes.");
}
