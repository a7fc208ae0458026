using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.ListTokens;

/// <summary>The caller's own tokens that still work, the newest first; never their secrets.</summary>
internal sealed record ListTokens(Caller Caller, Guid Current) : IQuery<Page<TokenResponse>>;

/// <summary>A token.</summary>
/// <param name="Id">For revoking it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="IsSignIn">True: made by a sign-in.</param>
/// <param name="IsCurrent">True: this request was sent with it.</param>
/// <param name="IssuedAt">From when on.</param>
/// <param name="ExpiresAt">Until when; null: until it is revoked.</param>
internal sealed record TokenResponse(Guid Id, string Name, bool IsSignIn, bool IsCurrent, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt);

internal sealed class ListTokensHandler(UsersReader reader, TimeProvider time) : IRequestHandler<ListTokens, Page<TokenResponse>>
{
    public async Task<Page<TokenResponse>> Handle(ListTokens request, CancellationToken cancellationToken)
    {
        var user = await reader.UserAsync(request.Caller, request.Caller.UserId, cancellationToken);
        var tokens = await reader.TokensAsync(user, time.GetUtcNow(), cancellationToken);
        return new([.. tokens.Select(t => new TokenResponse(t.Id, t.Name, t.IsSignIn, t.Id == request.Current, t.IssuedAt, t.ExpiresAt))], null);
    }
}

internal static class ListTokensEndpoint
{
    public static void MapListTokens(this IEndpointRouteBuilder routes) => routes
        .MapGet("/tokens", async (Caller caller, HttpContext http, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new ListTokens(caller, TokenAuthentication.TokenIdOf(http.User)), cancel)))
        .WithName("ListTokens").WithSummary("Your own tokens that still work, the newest first.");
}
