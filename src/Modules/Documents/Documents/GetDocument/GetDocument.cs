using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Kilo.Documents.GetDocument;

/// <summary>One document as it is now.</summary>
internal sealed record GetDocument(Caller Caller, Guid DocumentId) : IQuery<(DocumentResponse Document, string ETag)>;

internal sealed class GetDocumentHandler(DocumentsReader reader) : IRequestHandler<GetDocument, (DocumentResponse Document, string ETag)>
{
    public async Task<(DocumentResponse Document, string ETag)> Handle(GetDocument request, CancellationToken cancellationToken)
    {
        var row = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        return (await DocumentsReader.DescribeAsync(row, reader.Names(), cancellationToken), row.ETag);
    }
}

internal static class GetDocumentEndpoint
{
    public static void MapGetDocument(this IEndpointRouteBuilder routes) => routes
        .MapGet("/documents/{id:guid}", async Task<IResult> (Caller caller, Guid id, HttpContext http, IMediator mediator, CancellationToken cancel) =>
        {
            var (document, etag) = await mediator.Send(new GetDocument(caller, id), cancel);
            http.Response.Headers.ETag = etag;
            var known = http.Request.GetTypedHeaders().IfNoneMatch;
            return known.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(new EntityTagHeaderValue(etag), useStrongComparison: false))
                ? TypedResults.StatusCode(304)
                : TypedResults.Ok(document);
        })
        .Produces<DocumentResponse>().Produces(304)
        .WithName("GetDocument").WithSummary("One document. Its entity tag changes with everything that happens to it.");
}
