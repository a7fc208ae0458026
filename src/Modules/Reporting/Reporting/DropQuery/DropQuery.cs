using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Runs;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.DropQuery;

/// <summary>Drops a saved statement.</summary>
internal sealed record DropQuery(Guid Caller, Guid Id) : ICommand<LogPosition>;

internal sealed class DropQueryHandler(EventPublisher publisher, Ids ids, [FromKeyedServices(ReportingModule.ModuleName)] ModuleViews views) : IRequestHandler<DropQuery, LogPosition>
{
    public async Task<LogPosition> Handle(DropQuery request, CancellationToken cancellationToken)
    {
        if (await QueryRow.Table.GetAsync(views.Store, request.Id.ToString(), "", cancellationToken) is null)
        {
            throw Problem.NotFound("saved query");
        }
        var appended = await publisher.AppendAsync(new QueryDropped(request.Id), ids.New(), request.Caller, cancellationToken);
        await views.WaitForAsync(appended.Position, cancellationToken);
        return appended.Position;
    }
}

internal static class DropQueryEndpoint
{
    public static void MapDropQuery(this IEndpointRouteBuilder routes) => routes
        .MapDelete("/queries/{id:guid}", async (Guid id, Caller caller, IMediator mediator, HttpResponse response, CancellationToken cancel) =>
        {
            Positions.Answer(response, await mediator.Send(new DropQuery(caller.UserId, id), cancel));
            return TypedResults.NoContent();
        })
        .Produces(204).ProducesProblem(403).ProducesProblem(404).WithName("DropQuery").WithSummary("Drops a saved statement. For administrators.");
}
