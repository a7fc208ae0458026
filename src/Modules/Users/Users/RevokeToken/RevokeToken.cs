using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.Users.Contracts;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.RevokeToken;

/// <summary>Ends one of the caller's own tokens.</summary>
internal sealed record RevokeToken(Caller Caller, Guid TokenId) : ICommand<LogPosition>;

internal sealed class RevokeTokenHandler(UsersReader reader, EventPublisher publisher, Ids ids) : IRequestHandler<RevokeToken, LogPosition>
{
    public async Task<LogPosition> Handle(RevokeToken request, CancellationToken cancellationToken)
    {
        var user = request.Caller.UserId;
        var token = await TokenRow.OfUser.GetAsync(reader.Views.Store, user.ToString(), request.TokenId.ToString(), cancellationToken) ?? throw Problem.NotFound("token");
        var appended = await publisher.AppendAsync(new TokenRevoked(token.Id, user, token.SecretSha256), ids.New(), user, cancellationToken);
        await reader.Views.WaitForAsync(appended.Position, cancellationToken);
        return appended.Position;
    }
}

internal static class RevokeTokenEndpoint
{
    public static void MapRevokeToken(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/tokens/{id:guid}", (Caller caller, Guid id, HttpContext http, IMediator mediator, CancellationToken cancel) =>
                RevokeAsync(caller, id, http, mediator, cancel))
            .Produces(204).ProducesProblem(404).WithName("RevokeToken").WithSummary("Ends one of your tokens.");
        routes.MapDelete("/tokens/current", (Caller caller, HttpContext http, IMediator mediator, CancellationToken cancel) =>
                RevokeAsync(caller, TokenAuthentication.TokenIdOf(http.User), http, mediator, cancel))
            .Produces(204).WithName("SignOut").WithSummary("Ends the token that this request is sent with.");
    }

    private static async Task<IResult> RevokeAsync(Caller caller, Guid token, HttpContext http, IMediator mediator, CancellationToken cancel)
    {
        Positions.Answer(http.Response, await mediator.Send(new RevokeToken(caller, token), cancel));
        return TypedResults.NoContent();
    }
}
