using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.GetUser;

/// <summary>One user: oneself, or anybody for an administrator.</summary>
internal sealed record GetUser(Caller Caller, Guid UserId) : IQuery<UserResponse>;

internal sealed class GetUserHandler(UsersReader reader) : IRequestHandler<GetUser, UserResponse>
{
    public async Task<UserResponse> Handle(GetUser request, CancellationToken cancellationToken) =>
        UserResponse.Of(await reader.UserAsync(request.Caller, request.UserId, cancellationToken));
}

internal static class GetUserEndpoint
{
    public static void MapGetUser(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/users/{id:guid}", async (Caller caller, Guid id, IMediator mediator, CancellationToken cancel) =>
                TypedResults.Ok(await mediator.Send(new GetUser(caller, id), cancel)))
            .ProducesProblem(404).WithName("GetUser").WithSummary("One user: yourself, or anybody for an administrator.");
        routes.MapGet("/users/me", async (Caller caller, IMediator mediator, CancellationToken cancel) =>
                TypedResults.Ok(await mediator.Send(new GetUser(caller, caller.UserId), cancel)))
            .WithName("GetMe").WithSummary("Yourself.");
    }
}
