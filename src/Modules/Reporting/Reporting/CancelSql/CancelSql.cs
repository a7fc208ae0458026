using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Reporting.AskSql;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Reporting.CancelSql;

/// <summary>Ends a statement that runs.</summary>
internal sealed record CancelSql(Guid Id) : ICommand<bool>;

internal sealed class CancelSqlHandler(RunningSql running) : IRequestHandler<CancelSql, bool>
{
    public Task<bool> Handle(CancelSql request, CancellationToken cancellationToken) => Task.FromResult(running.Cancel(request.Id));
}

internal static class CancelSqlEndpoint
{
    public static void MapCancelSql(this IEndpointRouteBuilder routes) => routes
        .MapDelete("/sql/{id:guid}", async (Guid id, IMediator mediator, CancellationToken cancel) =>
            await mediator.Send(new CancelSql(id), cancel) ? TypedResults.NoContent() : throw Problem.NotFound("running statement"))
        .Produces(204).ProducesProblem(403).ProducesProblem(404).WithName("CancelSql").WithSummary("Ends a statement that runs. For administrators.");
}
