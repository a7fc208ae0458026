using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Rules;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.IssueToken;

/// <summary>Makes an API token. Its secret is shown once.</summary>
internal sealed record IssueToken(Caller Caller, Guid EventId, string Name, DateTimeOffset? ExpiresAt) : ICommand<Issued>;

internal sealed record Issued(Appended Appended, Guid TokenId, string Token, DateTimeOffset IssuedAt);

internal sealed class IssueTokenValidator : AbstractValidator<IssueToken>
{
    public IssueTokenValidator(TimeProvider time)
    {
        RuleFor(c => c.Name).IsName();
        RuleFor(c => c.ExpiresAt).Must(e => e is null || e > time.GetUtcNow()).WithErrorCode("invalid-expiry").WithMessage("expiresAt must be in the future.");
    }
}

internal sealed class IssueTokenHandler(UsersReader reader, TokenIssuer issuer) : IRequestHandler<IssueToken, Issued>
{
    public async Task<Issued> Handle(IssueToken request, CancellationToken cancellationToken)
    {
        Guid? id = Ids.MayRepeat(request.EventId) ? Ids.From("token", request.EventId.ToString()) : null;
        if (id is { } known && await TokenRow.OfUser.GetAsync(reader.Views.Store, request.Caller.UserId.ToString(), known.ToString(), cancellationToken) is not null)
        {
            throw new Problem(409, "token-shown-once", "This Idempotency-Key made a token already, and its secret is shown only once. Revoke that token and make another.");
        }
        return await issuer.IssueAsync(request.Caller.UserId, request.Name, isSignIn: false, request.ExpiresAt, id, cancellationToken);
    }
}

/// <summary>Appends the fact of a token; used by sign-in too.</summary>
internal sealed class TokenIssuer(UsersReader reader, EventPublisher publisher, Ids ids, TimeProvider time)
{
    public async Task<Issued> IssueAsync(Guid user, string name, bool isSignIn, DateTimeOffset? expires, Guid? id, CancellationToken cancel)
    {
        var (secret, hash) = AccessToken.NewSecret();
        var tokenId = id ?? ids.New();
        var now = time.GetUtcNow();
        var appended = await publisher.AppendAsync(new TokenIssued(tokenId, user, name, hash, isSignIn, now, expires), ids.New(), user, cancel);
        await reader.Views.WaitForAsync(appended.Position, cancel);
        return new(appended, tokenId, AccessToken.Compose(secret, appended.Position), now);
    }
}

/// <summary>A new token.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="ExpiresAt">Until when it works; left out: until it is revoked.</param>
internal sealed record IssueTokenRequest(string Name, DateTimeOffset? ExpiresAt = null);

/// <summary>A token with its secret.</summary>
/// <param name="Id">For revoking it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Token">Shown this once. Send it as <c>Authorization: Bearer …</c>.</param>
/// <param name="IssuedAt">From when on.</param>
/// <param name="ExpiresAt">Until when; null: until it is revoked.</param>
internal sealed record IssuedTokenResponse(Guid Id, string Name, string Token, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt);

internal static class IssueTokenEndpoint
{
    public static void MapIssueToken(this IEndpointRouteBuilder routes) => routes
        .MapPost("/tokens", async (Caller caller, IssueTokenRequest body, HttpContext http, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var name = body.Name.Trim();
            var issued = await mediator.Send(new IssueToken(caller, http.Request.EventId(caller.UserId, ids), name, body.ExpiresAt), cancel);
            Positions.Answer(http.Response, issued.Appended.Position);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Created($"/api/tokens/{issued.TokenId}", new IssuedTokenResponse(issued.TokenId, name, issued.Token, issued.IssuedAt, body.ExpiresAt));
        })
        .ProducesProblem(400).ProducesProblem(409)
        .WithName("IssueToken").WithSummary("Makes an API token. Its secret is shown once.");
}
