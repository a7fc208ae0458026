using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.GetSummary;

/// <summary>Everything in one line each.</summary>
internal sealed record GetSummary : IQuery<SummaryResponse>;

/// <summary>Everything in one line each.</summary>
/// <param name="Users">Who have an account.</param>
/// <param name="Libraries">That hold a document.</param>
/// <param name="Documents">That are not in the trash.</param>
/// <param name="TrashedDocuments">In the trash.</param>
/// <param name="Versions">Of all these documents.</param>
/// <param name="LogicalBytes">Of these versions, each counted in full.</param>
/// <param name="StoredBytes">Of their contents, each counted once.</param>
/// <param name="SavedBytes">What storing equal contents once saves.</param>
/// <param name="Last30Days">What was done in the last 30 days, to the quarter of an hour.</param>
/// <param name="Previous30Days">What was done in the 30 days before those.</param>
internal sealed record SummaryResponse(
    long Users, long Libraries, long Documents, long TrashedDocuments, long Versions, long LogicalBytes, long StoredBytes, long SavedBytes, Doings Last30Days, Doings Previous30Days);

/// <summary>What was done in some time.</summary>
/// <param name="Documents">Documents that were added.</param>
/// <param name="Versions">Versions that were added, the first ones of documents included.</param>
/// <param name="Bytes">Bytes of those versions.</param>
/// <param name="Downloads">Contents that were downloaded.</param>
/// <param name="DownloadedBytes">Bytes of those contents.</param>
internal sealed record Doings(long Documents, long Versions, long Bytes, long Downloads, long DownloadedBytes);

internal sealed class GetSummaryHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations, TimeProvider time) : IRequestHandler<GetSummary, SummaryResponse>
{
    private const string Held = """
        SELECT (SELECT count(*) FROM reporting.users), l.libraries, l.documents, l.trashed, l.versions, l.bytes, (SELECT sum((uses - 1) * size) FROM reporting.contents WHERE uses > 1)
        FROM (SELECT count(CASE WHEN documents + trashed > 0 THEN 1 END) AS libraries, sum(documents) AS documents, sum(trashed) AS trashed, sum(versions) AS versions, sum(bytes) AS bytes
            FROM reporting.libraries) l
        """;

    private const string Done = """
        SELECT sum(added), sum(versions), sum(bytes), sum(downloads), sum(downloaded_bytes) FROM reporting.activity_totals WHERE quarter >= $1 AND quarter < $2
        """;

    private static readonly TimeSpan Days30 = TimeSpan.FromDays(30);

    public async Task<SummaryResponse> Handle(GetSummary request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await relations.ReadAsync(Held, [], cancellationToken).FirstAsync(cancellationToken);
        var saved = row.Number(6);
        return new SummaryResponse(
            row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.Number(5), row.Number(5) - saved, saved,
            await DoneAsync(now - Days30, now, cancellationToken), await DoneAsync(now - 2 * Days30, now - Days30, cancellationToken));
    }

    private async Task<Doings> DoneAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var row = await relations.ReadAsync(Done, [from, to], cancel).FirstAsync(cancel);
        return new Doings(row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4));
    }
}

internal static class GetSummaryEndpoint
{
    public static void MapGetSummary(this IEndpointRouteBuilder routes) => routes
        .MapGet("/summary", async (IMediator mediator, CancellationToken cancel) => TypedResults.Ok(await mediator.Send(new GetSummary(), cancel)))
        .ProducesProblem(403).WithName("GetSummary").WithSummary("Everything in one line each. For administrators.");
}
