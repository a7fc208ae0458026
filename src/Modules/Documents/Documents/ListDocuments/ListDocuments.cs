using System.Globalization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.FindDocuments;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.ListDocuments;

/// <summary>Documents of one library or of all that the caller may see, in order; or those that match words.</summary>
internal sealed record ListDocuments(Caller Caller, string? Library, string? Folder, string? Q, string? Tag, bool Trashed, int? Limit, string? Cursor)
    : IQuery<Page<DocumentResponse>>;

internal sealed class ListDocumentsHandler(DocumentsReader reader) : IRequestHandler<ListDocuments, Page<DocumentResponse>>
{
    public async Task<Page<DocumentResponse>> Handle(ListDocuments request, CancellationToken cancellationToken)
    {
        var libraries = request.Library is null ? Libraries.Of(request.Caller) : [Libraries.Resolve(request.Caller, request.Library)];
        var folder = request.Folder is null ? null : TextRules.Folder(request.Folder);
        var words = Words.Asked(request.Q, request.Tag);
        var scope = $"documents {request.Caller.UserId} {request.Library}\n{folder}\n{string.Join(' ', words)}\n{request.Trashed}";
        var (limit, place) = (Paging.Limit(request.Limit), Paging.Read(request.Cursor, scope));
        var search = new Search(reader.Views.Store, folder, words, request.Trashed, limit);
        var (first, after) = place is null ? (0, "")
            : place.Split(':', 2) is [var index, var sort] && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < libraries.Count ? (at, sort)
            : throw Paging.InvalidCursor();
        string? next = null;
        for (var library = first; library < libraries.Count && next is null; library++)
        {
            if (await search.ReadAsync(libraries[library], library == first ? after : "", cancellationToken) is { } reached)
            {
                next = Paging.Write(scope, $"{library}:{reached}");
            }
        }
        var names = reader.Names();
        var items = new List<DocumentResponse>(search.Found.Count);
        foreach (var row in search.Found)
        {
            items.Add(await DocumentsReader.DescribeAsync(row, names, cancellationToken));
        }
        return new Page<DocumentResponse>(items, next);
    }
}

internal static class ListDocumentsEndpoint
{
    public static void MapListDocuments(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents", async (
            Caller caller, string? library, string? folder, string? q, string? tag, bool? trashed, int? limit, string? cursor, IMediator mediator, CancellationToken cancel) =>
            TypedResults.Ok(await mediator.Send(new ListDocuments(caller, library, folder, q, tag, trashed ?? false, limit, cursor), cancel)))
        .WithName("ListDocuments").WithSummary("Lists documents, or finds them by the words of their titles and by tags.")
        .WithDescription(
            "Without `library`: every library that you may see. `folder` lists that folder alone. `q` finds documents whose title or tags have words that start with "
            + "each of its words; `tag`, or `#tag` in `q`, asks for a whole tag. Pages have 100 items unless `limit` (1 to 1,000) says otherwise; a page of a search may "
            + "be shorter than its limit and still have a `next`.");
}
