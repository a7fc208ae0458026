using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.ListTokens;

/// <summary>The caller's own tokens that still work, the newest first; never their secrets.</summary>
internal sealed record ListTokens(Caller Caller) : IQuery<Page<TokenResponse>>;

/// <summary>A token.</summary>
/// <param name="Id">For revoking it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="IsSignIn">True: made by a sign-in.</param>
/// <param name="IssuedAt">From when on.</param>
/// <param name="ExpiresAt">Until when; null: until it is revoked.</param>
internal sealed record TokenResponse(Guid Id, string Name, bool IsSignIn, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt);

internal sealed class ListTokensHandler(UsersReader reader, TimeProvider time) : IRequestHandler<ListTokens, Page<TokenResponse>>
{
    public async Task<Page<TokenResponse>> Handle(ListTokens request, CancellationToken cancellationToken)
    {
        var tokens = await reader.TokensAsync(request.Caller.UserId, time.GetUtcNow(), cancellationToken);
        return new([.. tokens.Select(t => new TokenResponse(t.Id, t.Name, t.IsSignIn, t.IssuedAt, t.ExpiresAt))], null);
    }
}

internal static class ListTokensEndpoint
{
    public static void MapListTokens(this IEndpointRouteBuilder routes) => routes
        .MapGet("/tokens", async (Caller caller, IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new ListTokens(caller), cancel)))
        .WithName("ListTokens").WithSummary("Your own tokens that still work, the newest first.");
}
