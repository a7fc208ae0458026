using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.ListVersions;

/// <summary>A document's versions, the newest first.</summary>
internal sealed record ListVersions(Caller Caller, Guid DocumentId, int? Limit, string? Cursor) : IQuery<Page<VersionResponse>>;

internal sealed class ListVersionsHandler(DocumentsReader reader) : IRequestHandler<ListVersions, Page<VersionResponse>>
{
    public async Task<Page<VersionResponse>> Handle(ListVersions request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        var scope = $"versions {document.Id}";
        var (limit, before) = (Paging.Limit(request.Limit), Paging.Read(request.Cursor, scope));
        var (from, end) = DocumentPartition.VersionKeys;
        var rows = await DocumentPartition.Versions.SliceAsync(
            reader.Views.Store, document.Id.ToString(), from, before ?? end, limit + 1, cancellationToken, descending: true);
        var names = reader.Names();
        var items = new List<VersionResponse>();
        foreach (var (_, row, _) in rows.Take(limit))
        {
            items.Add(await DocumentsReader.DescribeAsync(document.Id, row, names, cancellationToken));
        }
        return new Page<VersionResponse>(items, rows.Count > limit ? Paging.Write(scope, rows[limit - 1].Sort) : null);
    }
}

internal static class ListVersionsEndpoint
{
    public static void MapListVersions(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/{id:guid}/versions", async (Caller caller, Guid id, int? limit, string? cursor, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new ListVersions(caller, id, limit, cursor), cancel)))
        .WithName("ListVersions").WithSummary("A document's versions, the newest first.");
}
