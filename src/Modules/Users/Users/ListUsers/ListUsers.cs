using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.ListUsers;

/// <summary>Everybody, by name. For administrators.</summary>
internal sealed record ListUsers : IQuery<Page<UserResponse>>;

internal sealed class ListUsersHandler(UsersReader reader) : IRequestHandler<ListUsers, Page<UserResponse>>
{
    public async Task<Page<UserResponse>> Handle(ListUsers request, CancellationToken cancellationToken) =>
        new([.. (await reader.EveryoneAsync(cancellationToken)).Select(UserResponse.Of)], null);
}

internal static class ListUsersEndpoint
{
    public static void MapListUsers(this IEndpointRouteBuilder routes) => routes
        .MapGet("/users", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new ListUsers(), cancel)))
        .RequireAuthorization(Roles.Admin).WithName("ListUsers").WithSummary("Everybody, by name. For administrators.");
}
