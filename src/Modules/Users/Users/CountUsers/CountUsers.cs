using Kilo.BuildingBlocks.Cqrs;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.CountUsers;

/// <summary>How many users there are. Public.</summary>
internal sealed record CountUsers : IQuery<CountResponse>;

/// <summary>A count.</summary>
internal sealed record CountResponse(long Count);

internal sealed class CountUsersHandler(UsersReader reader) : IRequestHandler<CountUsers, CountResponse>
{
    public async Task<CountResponse> Handle(CountUsers request, CancellationToken cancellationToken) =>
        new((await CountRow.Table.GetAsync(reader.Views.Store, CountRow.Users, "", cancellationToken))?.Count ?? 0);
}

internal static class CountUsersEndpoint
{
    public static void MapCountUsers(this IEndpointRouteBuilder routes) => routes
        .MapGet("/users/count", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new CountUsers(), cancel)))
        .AllowAnonymous().WithName("CountUsers").WithSummary("How many users there are. Needs no sign-in.");
}
