using Kilo.BuildingBlocks.Cqrs;
using Kilo.Reporting.Model;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Reporting.GetSchema;

/// <summary>What can be asked for by SQL.</summary>
internal sealed record GetSchema : IQuery<SchemaResponse>;

/// <summary>The tables that SQL sees.</summary>
/// <param name="Schema">Their schema's name; it may be left out.</param>
/// <param name="Tables">In the order in which they are explained.</param>
internal sealed record SchemaResponse(string Schema, IReadOnlyList<SchemaTable> Tables);

/// <summary>A table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Columns">In their order.</param>
internal sealed record SchemaTable(string Name, string Meaning, IReadOnlyList<SchemaColumn> Columns);

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>text</c>, <c>id</c>, <c>number</c>, <c>flag</c> or <c>time</c>.</param>
/// <param name="Meaning">A sentence.</param>
internal sealed record SchemaColumn(string Name, string Type, string Meaning);

internal sealed class GetSchemaHandler : IRequestHandler<GetSchema, SchemaResponse>
{
    public Task<SchemaResponse> Handle(GetSchema request, CancellationToken cancellationToken) => Task.FromResult(new SchemaResponse(
        ReportingModel.Model.Schema,
        [
            .. ReportingModel.Model.Published.Select(t => new SchemaTable(
                t.Name, t.Meaning, [.. t.Columns.Select(c => new SchemaColumn(c.Name, c.Type.ToString().ToLowerInvariant(), c.Meaning))])),
        ]));
}

internal static class GetSchemaEndpoint
{
    public static void MapGetSchema(this IEndpointRouteBuilder routes) => routes
        .MapGet("/schema", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new GetSchema(), cancel)))
        .ProducesProblem(403).WithName("GetReportingSchema").WithSummary("The tables that SQL sees, and what each column means. For administrators.");
}
