using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.ListQueries;

/// <summary>Every saved statement, by name.</summary>
internal sealed record ListQueries : IQuery<IAsyncEnumerable<QueryItem>>;

/// <summary>A saved statement.</summary>
/// <param name="Id">The query.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Sql">The statement.</param>
/// <param name="SavedBy">Who saved it last.</param>
/// <param name="SavedByName">The name of that person now; empty for somebody who was removed.</param>
/// <param name="SavedAt">When.</param>
internal sealed record QueryItem(Guid Id, string Name, string Sql, Guid SavedBy, string SavedByName, DateTimeOffset SavedAt);

internal sealed class ListQueriesHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<ListQueries, IAsyncEnumerable<QueryItem>>
{
    private const string Sql = """
        SELECT q.id, q.name, q.sql, q.saved_by, coalesce(u.display_name, ''), q.saved_at FROM reporting.queries q LEFT JOIN reporting.users u ON u.id = q.saved_by ORDER BY lower(q.name), q.id
        """;

    public Task<IAsyncEnumerable<QueryItem>> Handle(ListQueries request, CancellationToken cancellationToken) => Task.FromResult(
        relations.ReadAsync(Sql, [], cancellationToken).Select(r => new QueryItem(r.Id(0)!.Value, r.Text(1)!, r.Text(2)!, r.Id(3)!.Value, r.Text(4)!, r.Time(5)!.Value)));
}

internal static class ListQueriesEndpoint
{
    private static readonly CsvColumn<QueryItem>[] Columns =
    [
        new("id", i => i.Id), new("name", i => i.Name), new("sql", i => i.Sql), new("saved_by", i => i.SavedBy), new("saved_by_name", i => i.SavedByName), new("saved_at", i => i.SavedAt),
    ];

    public static void MapListQueries(this IEndpointRouteBuilder routes) => routes
        .MapGet("/queries", async (string? format, HttpRequest request, IMediator mediator, CancellationToken cancel) =>
            await ReportList.AnswerAsync(request, "queries", await mediator.Send(new ListQueries(), cancel), Columns, cancel))
        .ProducesList<QueryItem>().WithName("ListQueries").WithSummary("Every saved statement, by name. For administrators.")
        .WithDescription("format=csv, or Accept: text/csv, gives CSV.");
}
