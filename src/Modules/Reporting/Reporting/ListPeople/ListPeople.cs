using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.ListPeople;

/// <summary>Who did something, those who did most first.</summary>
internal sealed record ListPeople(ReportRange Range, string? Library, int Limit) : IQuery<IAsyncEnumerable<PersonItem>>;

/// <summary>What somebody did in the range.</summary>
/// <param name="Id">The user.</param>
/// <param name="DisplayName">The name now; empty for somebody who was removed.</param>
/// <param name="Documents">Documents that they added.</param>
/// <param name="Versions">Versions that they added, the first ones of documents included.</param>
/// <param name="Bytes">Bytes of those versions.</param>
/// <param name="Downloads">Contents that they downloaded.</param>
/// <param name="DownloadedBytes">Bytes of those contents.</param>
/// <param name="LatestAt">The last quarter of an hour in which they did anything.</param>
internal sealed record PersonItem(Guid Id, string DisplayName, long Documents, long Versions, long Bytes, long Downloads, long DownloadedBytes, DateTimeOffset LatestAt);

internal sealed class ListPeopleHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<ListPeople, IAsyncEnumerable<PersonItem>>
{
    public Task<IAsyncEnumerable<PersonItem>> Handle(ListPeople request, CancellationToken cancellationToken)
    {
        List<object?> values = [request.Range.Start, request.Range.End];
        if (request.Library is not null)
        {
            values.Add(request.Library);
        }
        values.Add((long)request.Limit);
        var sql = $"""
            SELECT a.person_id, coalesce(u.display_name, ''), a.added, a.versions, a.bytes, a.downloads, a.downloaded_bytes, a.latest
            FROM (SELECT person_id, sum(added) AS added, sum(versions) AS versions, sum(bytes) AS bytes, sum(downloads) AS downloads, sum(downloaded_bytes) AS downloaded_bytes, max(quarter) AS latest
                FROM reporting.activity WHERE quarter >= $1 AND quarter < $2{(request.Library is null ? "" : " AND library = $3")} GROUP BY person_id) a
            LEFT JOIN reporting.users u ON u.id = a.person_id
            ORDER BY a.versions DESC, a.downloads DESC, a.person_id LIMIT ${values.Count}
            """;
        return Task.FromResult(relations.ReadAsync(sql, values, cancellationToken).Select(r => new PersonItem(
            r.Id(0)!.Value, r.Text(1)!, r.Number(2), r.Number(3), r.Number(4), r.Number(5), r.Number(6), r.Time(7)!.Value)));
    }
}

internal static class ListPeopleEndpoint
{
    private static readonly CsvColumn<PersonItem>[] Columns =
    [
        new("id", i => i.Id), new("display_name", i => i.DisplayName), new("documents", i => i.Documents), new("versions", i => i.Versions), new("bytes", i => i.Bytes),
        new("downloads", i => i.Downloads), new("downloaded_bytes", i => i.DownloadedBytes), new("latest_at", i => i.LatestAt),
    ];

    public static void MapListPeople(this IEndpointRouteBuilder routes) => routes
        .MapGet("/people", async (
            string? from, string? to, string? tz, string? library, int? limit, string? format, HttpRequest request, IMediator mediator, TimeProvider time, CancellationToken cancel) =>
            await ReportList.AnswerAsync(request, "people",
                await mediator.Send(new ListPeople(ReportRange.Of(from, to, tz, time), library, ReportList.Limit(request, limit)), cancel), Columns, cancel))
        .ProducesList<PersonItem>().WithName("ListPeople").WithSummary("Who did something, those who added most first. For administrators.")
        .WithDescription($"{ReportRange.Meaning} library leaves out all others. {ReportList.Meaning}");
}
