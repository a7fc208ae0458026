using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.ListFolders;

/// <summary>The folders of a library that hold documents.</summary>
internal sealed record ListFolders(Caller Caller, string Library) : IQuery<Page<FolderResponse>>;

/// <summary>A folder.</summary>
/// <param name="Path">With '/' between the names; empty for the top.</param>
/// <param name="Documents">How many documents lie in it, those of folders below it left out.</param>
internal sealed record FolderResponse(string Path, long Documents);

internal sealed class ListFoldersHandler(DocumentsReader reader) : IRequestHandler<ListFolders, Page<FolderResponse>>
{
    public async Task<Page<FolderResponse>> Handle(ListFolders request, CancellationToken cancellationToken)
    {
        var library = Libraries.Resolve(request.Caller, request.Library);
        var rows = await FoldersView.Table.SliceAsync(reader.Views.Store, library, "", null, int.MaxValue, cancellationToken);
        return new([.. rows.GroupBy(r => FoldersView.PathOf(r.Sort)).Select(f => new FolderResponse(f.Key, f.Sum(r => r.Row.Count))).Where(f => f.Documents > 0)], null);
    }
}

internal static class ListFoldersEndpoint
{
    public static void MapListFolders(this IEndpointRouteBuilder routes) => routes
        .MapGet("/folders", async (Caller caller, string? library, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new ListFolders(caller, library ?? "personal"), cancel)))
        .ProducesProblem(404)
        .WithName("ListFolders").WithSummary("The folders of a library that hold documents, all in one answer.");
}

/// <summary>How many live documents a folder holds.</summary>
internal sealed record FolderRow(long Count);

/// <summary>
/// Folders are where documents lie; one without documents is none. Partition: the library; sort key: the path, then the log partition whose documents
/// the row counts, because a row belongs to one partition's events.
/// </summary>
internal static class FoldersView
{
    private const char Separator = '\u001f';

    public static ViewTable<FolderRow> Table { get; } = new("folders", RowsJson.Default.FolderRow);

    public static string PathOf(string sort) => sort[..sort.LastIndexOf(Separator)];

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.WasLive && t.IsLive && t.Before!.Folder == t.After.Folder)
        {
            return;
        }
        if (t.WasLive)
        {
            await AddAsync(t.Before!.Folder, -1);
        }
        if (t.IsLive)
        {
            await AddAsync(t.After.Folder, 1);
        }

        async ValueTask AddAsync(string folder, int documents)
        {
            var sort = folder + Separator + t.Position.Partition.ToString("D5", CultureInfo.InvariantCulture);
            var count = ((await session.GetAsync(Table, t.After.Library, sort, cancel))?.Count ?? 0) + documents;
            if (count == 0)
            {
                session.Delete(Table, t.After.Library, sort);
            }
            else
            {
                session.Put(Table, t.After.Library, sort, new FolderRow(count));
            }
        }
    }
}
