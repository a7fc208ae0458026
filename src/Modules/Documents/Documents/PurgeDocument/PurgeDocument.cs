using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.ChangeDocument;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.PurgeDocument;

/// <summary>Removes a document for good. Its contents follow after the grace period, unless another document has them.</summary>
internal sealed record PurgeDocument(Caller Caller, Guid EventId, Guid DocumentId, IReadOnlyList<string>? IfMatch, bool Wait) : ICommand<Written<DocumentResponse>>;

internal sealed class PurgeDocumentHandler(DocumentsReader reader, DocumentAppender appender) : IRequestHandler<PurgeDocument, Written<DocumentResponse>>
{
    public async Task<Written<DocumentResponse>> Handle(PurgeDocument request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        Preconditions.Match(document, request.IfMatch);
        return await appender.AppendAsync(new DocumentPurged(document.Id), document.Id, request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}

internal static class DeleteDocumentEndpoint
{
    public static void MapDeleteDocument(this IEndpointRouteBuilder routes) => routes
        .MapDelete("/documents/{id:guid}", async (Caller caller, Guid id, bool? purge, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var (eventId, ifMatch, wait) = (http.EventId(caller.UserId, ids), http.IfMatch(), !http.PrefersAsync());
            var written = purge == true
                ? await mediator.Send(new PurgeDocument(caller, eventId, id, ifMatch, wait), cancel)
                : await mediator.Send(new TrashDocument.TrashDocument(caller, eventId, id, ifMatch, wait), cancel);
            written.Answer(http.HttpContext.Response);
            return written.View is null ? Results.Accepted() : Results.NoContent();
        })
        .Produces(204).Produces(202).ProducesProblem(404).ProducesProblem(412)
        .WithName("DeleteDocument").WithSummary("Puts a document into the trash; with `purge=true`, removes it for good.");
}
