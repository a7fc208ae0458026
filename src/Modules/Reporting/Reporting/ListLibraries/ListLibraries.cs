using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.ListLibraries;

/// <summary>Libraries, those in which most was done first.</summary>
internal sealed record ListLibraries(ReportRange Range, int Limit) : IQuery<IAsyncEnumerable<LibraryItem>>;

/// <summary>What a library holds now, and what was done in it in the range.</summary>
/// <param name="Id"><c>shared</c>, or the id of the user whose personal library it is.</param>
/// <param name="Kind"><c>shared</c> or <c>personal</c>.</param>
/// <param name="Name">Shared, or the owner's name.</param>
/// <param name="Documents">Documents that are not in the trash.</param>
/// <param name="TrashedDocuments">Documents in the trash.</param>
/// <param name="Versions">Versions of all of them.</param>
/// <param name="Bytes">Bytes of those versions, each counted in full.</param>
/// <param name="AddedDocuments">Documents that were added in the range.</param>
/// <param name="AddedVersions">Versions that were added in the range, the first ones of documents included.</param>
/// <param name="AddedBytes">Bytes of those versions.</param>
/// <param name="Downloads">Contents that were downloaded in the range.</param>
/// <param name="DownloadedBytes">Bytes of those contents.</param>
internal sealed record LibraryItem(
    string Id, string Kind, string Name, long Documents, long TrashedDocuments, long Versions, long Bytes,
    long AddedDocuments, long AddedVersions, long AddedBytes, long Downloads, long DownloadedBytes);

internal sealed class ListLibrariesHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<ListLibraries, IAsyncEnumerable<LibraryItem>>
{
    private const string Sql = """
        SELECT l.id, l.kind, l.name, l.documents, l.trashed, l.versions, l.bytes, a.added, a.versions, a.bytes, a.downloads, a.downloaded_bytes
        FROM reporting.libraries l
        LEFT JOIN (SELECT library, sum(added) AS added, sum(versions) AS versions, sum(bytes) AS bytes, sum(downloads) AS downloads, sum(downloaded_bytes) AS downloaded_bytes
            FROM reporting.activity WHERE quarter >= $1 AND quarter < $2 GROUP BY library) a ON a.library = l.id
        ORDER BY coalesce(a.versions, 0) + coalesce(a.downloads, 0) DESC, l.bytes DESC, l.id LIMIT $3
        """;

    public Task<IAsyncEnumerable<LibraryItem>> Handle(ListLibraries request, CancellationToken cancellationToken) => Task.FromResult(
        relations.ReadAsync(Sql, [request.Range.Start, request.Range.End, (long)request.Limit], cancellationToken).Select(r => new LibraryItem(
            r.Text(0)!, r.Text(1)!, r.Text(2)!, r.Number(3), r.Number(4), r.Number(5), r.Number(6), r.Number(7), r.Number(8), r.Number(9), r.Number(10), r.Number(11))));
}

internal static class ListLibrariesEndpoint
{
    private static readonly CsvColumn<LibraryItem>[] Columns =
    [
        new("id", i => i.Id), new("kind", i => i.Kind), new("name", i => i.Name), new("documents", i => i.Documents), new("trashed_documents", i => i.TrashedDocuments),
        new("versions", i => i.Versions), new("bytes", i => i.Bytes), new("added_documents", i => i.AddedDocuments), new("added_versions", i => i.AddedVersions),
        new("added_bytes", i => i.AddedBytes), new("downloads", i => i.Downloads), new("downloaded_bytes", i => i.DownloadedBytes),
    ];

    public static void MapListLibraries(this IEndpointRouteBuilder routes) => routes
        .MapGet("/libraries", async (
            string? from, string? to, string? tz, int? limit, string? format, HttpRequest request, IMediator mediator, TimeProvider time, CancellationToken cancel) =>
            await ReportList.AnswerAsync(request, "libraries",
                await mediator.Send(new ListLibraries(ReportRange.Of(from, to, tz, time), ReportList.Limit(request, limit)), cancel), Columns, cancel))
        .ProducesList<LibraryItem>().WithName("ListLibraries").WithSummary("Libraries, those in which most was done first. For administrators.")
        .WithDescription($"{ReportRange.Meaning} {ReportList.Meaning}");
}
