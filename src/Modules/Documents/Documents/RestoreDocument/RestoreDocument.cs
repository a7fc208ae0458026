using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.ChangeDocument;
using Kilo.Documents.Contracts;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.RestoreDocument;

/// <summary>Takes a document out of the trash.</summary>
internal sealed record RestoreDocument(Caller Caller, Guid EventId, Guid DocumentId, bool Wait) : ICommand<Written<DocumentResponse>>;

internal sealed class RestoreDocumentHandler(DocumentsReader reader, DocumentAppender appender) : IRequestHandler<RestoreDocument, Written<DocumentResponse>>
{
    public async Task<Written<DocumentResponse>> Handle(RestoreDocument request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        return document.TrashedAt is null
            ? await appender.NothingToDoAsync(document, cancellationToken)
            : await appender.AppendAsync(new DocumentRestored(document.Id), document.Id, request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}

internal static class RestoreDocumentEndpoint
{
    public static void MapRestoreDocument(this IEndpointRouteBuilder routes) => routes
        .MapPost("/documents/{id:guid}/restore", async (Caller caller, Guid id, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel) =>
            (await mediator.Send(new RestoreDocument(caller, http.EventId(caller.UserId, ids), id, Wait: !http.PrefersAsync()), cancel)).Answer(http.HttpContext.Response))
        .Produces<DocumentResponse>().Produces(202).ProducesProblem(404)
        .WithName("RestoreDocument").WithSummary("Takes a document out of the trash.");
}
