using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Content;
using Kilo.Documents.Contracts;
using Kilo.Documents.RecordDownloads;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.DownloadContent;

/// <summary>Which bytes a version has; without a number, the newest version.</summary>
internal sealed record DownloadContent(Caller Caller, Guid DocumentId, int? Number) : IQuery<Downloadable>;

/// <summary>What can be downloaded.</summary>
internal sealed record Downloadable(DocumentRow Document, VersionRow Version);

internal sealed class DownloadContentHandler(DocumentsReader reader) : IRequestHandler<DownloadContent, Downloadable>
{
    public async Task<Downloadable> Handle(DownloadContent request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        return new(document, request.Number is { } number ? await reader.VersionAsync(document, number, cancellationToken) : document.Head);
    }
}

internal static class DownloadContentEndpoint
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapDownloadContent(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapMethods("/documents/{id:guid}/content", Methods, (Caller caller, Guid id, bool? preview, IMediator mediator, IContentStore contents, DownloadRecorder recorder, CancellationToken cancel) =>
            DownloadAsync(new DownloadContent(caller, id, null), preview, mediator, contents, recorder, cancel)), "DownloadContent", "The newest version's bytes.");
        Describe(routes.MapMethods("/documents/{id:guid}/versions/{number:int}/content", Methods,
            (Caller caller, Guid id, int number, bool? preview, IMediator mediator, IContentStore contents, DownloadRecorder recorder, CancellationToken cancel) =>
            DownloadAsync(new DownloadContent(caller, id, number), preview, mediator, contents, recorder, cancel)), "DownloadVersionContent", "A version's bytes.");
    }

    private static async Task<IResult> DownloadAsync(DownloadContent query, bool? preview, IMediator mediator, IContentStore contents, DownloadRecorder recorder, CancellationToken cancel)
    {
        var (document, version) = await mediator.Send(query, cancel);
        return new ContentResult(version, contents, recorder, bytes => new ContentDownloaded(document.Id, version.Number, document.Library, bytes, Preview: preview == true), query.Caller.UserId);
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary) => route
        .Produces(200, contentType: "application/octet-stream").Produces(206, contentType: "application/octet-stream").Produces(304)
        .ProducesProblem(416).WithName(name).WithSummary(summary)
        .WithDescription("An attachment with the name that it was uploaded with. The entity tag is the SHA-256. Honours Range, If-Range, If-None-Match and If-Modified-Since. With preview=true the bytes are only looked at, and reports count no download.");
}
