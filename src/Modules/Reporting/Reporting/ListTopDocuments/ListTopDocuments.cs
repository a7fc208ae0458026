using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.ListTopDocuments;

/// <summary>The documents of which there is most.</summary>
internal sealed record ListTopDocuments(ReportRange Range, TopBy By, string? Library, Guid? Person, int Limit) : IQuery<IAsyncEnumerable<TopDocument>>;

/// <summary>What documents are ranked by.</summary>
internal enum TopBy
{
    /// <summary>Versions that were added in the range.</summary>
    Versions,

    /// <summary>Downloads in the range.</summary>
    Downloads,

    /// <summary>Bytes of all versions, whenever they were added.</summary>
    Bytes,
}

/// <summary>A document and its rank.</summary>
/// <param name="Id">The document.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Library">The id of its library.</param>
/// <param name="LibraryName">Shared, or the owner's name.</param>
/// <param name="Folder">Its path there; empty: the top.</param>
/// <param name="Count">What it was ranked by.</param>
/// <param name="Versions">How many versions it has.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="IsTrashed">True: it is in the trash.</param>
internal sealed record TopDocument(
    Guid Id, string Title, string Library, string LibraryName, string Folder, long Count, long Versions, long Bytes, DateTimeOffset UpdatedAt, bool IsTrashed);

internal sealed class ListTopDocumentsHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<ListTopDocuments, IAsyncEnumerable<TopDocument>>
{
    public Task<IAsyncEnumerable<TopDocument>> Handle(ListTopDocuments request, CancellationToken cancellationToken)
    {
        List<object?> values = request.By == TopBy.Bytes ? [] : [request.Range.Start, request.Range.End];
        var ranked = request.By switch
        {
            TopBy.Versions => Ranked("versions", "created_at", "author_id"),
            TopBy.Downloads => Ranked("downloads", "at", "person_id"),
            _ => "",
        };
        var sql = $"""
            SELECT d.id, d.title, d.library, coalesce(l.name, ''), d.folder, {(request.By == TopBy.Bytes ? "d.bytes" : "r.n")} AS ranked, d.versions, d.bytes, d.updated_at, d.trashed_at IS NOT NULL
            FROM reporting.documents d {ranked} LEFT JOIN reporting.libraries l ON l.id = d.library
            WHERE 1 = 1{Only("d.library", request.Library)}{(request.By == TopBy.Bytes ? Only("d.created_by", request.Person) : "")}
            ORDER BY ranked DESC, d.id LIMIT {Next((long)request.Limit)}
            """;
        return Task.FromResult(relations.ReadAsync(sql, values, cancellationToken).Select(r => new TopDocument(
            r.Id(0)!.Value, r.Text(1)!, r.Text(2)!, r.Text(3)!, r.Text(4)!, r.Number(5), r.Number(6), r.Number(7), r.Time(8)!.Value, r.Flag(9))));

        string Ranked(string table, string at, string by) =>
            $"JOIN (SELECT document_id, count(*) AS n FROM reporting.{table} WHERE {at} >= $1 AND {at} < $2{Only(by, request.Person)} GROUP BY document_id) r ON r.document_id = d.id";

        string Only(string column, object? value) => value is null ? "" : $" AND {column} = {Next(value)}";

        string Next(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
    }
}

internal static class ListTopDocumentsEndpoint
{
    private static readonly CsvColumn<TopDocument>[] Columns =
    [
        new("id", i => i.Id), new("title", i => i.Title), new("library", i => i.Library), new("library_name", i => i.LibraryName), new("folder", i => i.Folder),
        new("count", i => i.Count), new("versions", i => i.Versions), new("bytes", i => i.Bytes), new("updated_at", i => i.UpdatedAt), new("is_trashed", i => i.IsTrashed),
    ];

    public static void MapListTopDocuments(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/top", async (
            string? by, string? from, string? to, string? tz, string? library, Guid? person, int? limit, string? format, HttpRequest request, IMediator mediator, TimeProvider time, CancellationToken cancel) =>
            await ReportList.AnswerAsync(request, "documents",
                await mediator.Send(new ListTopDocuments(ReportRange.Of(from, to, tz, time), ByOf(by), library, person, ReportList.Limit(request, limit)), cancel), Columns, cancel))
        .ProducesList<TopDocument>().WithName("ListTopDocuments").WithSummary("The documents of which there is most. For administrators.")
        .WithDescription($"by is versions (added in the range), downloads (in the range) or bytes (of all versions, whenever they were added). {ReportRange.Meaning} library and person leave out all others. {ReportList.Meaning}");

    private static TopBy ByOf(string? by) => by switch
    {
        null or "" or "versions" => TopBy.Versions,
        "downloads" => TopBy.Downloads,
        "bytes" => TopBy.Bytes,
        _ => throw new Problem(400, "invalid-by", "by must be versions, downloads or bytes."),
    };
}
