using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.PurgeDocument;

/// <summary>Removes a document for good. Its contents follow after the grace period, unless another document has them.</summary>
internal sealed record PurgeDocument(Caller Caller, Guid EventId, Guid DocumentId, IReadOnlyList<string>? IfMatch, bool Wait) : ICommand<Purged>;

/// <summary>Where the fact stands, and whether the views have followed.</summary>
internal sealed record Purged(LogPosition Position, bool IsGone);

internal sealed class PurgeDocumentHandler(DocumentsReader reader, EventPublisher publisher) : IRequestHandler<PurgeDocument, Purged>
{
    public async Task<Purged> Handle(PurgeDocument request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        Preconditions.Match(document, request.IfMatch);
        var appended = await publisher.AppendAsync(new DocumentPurged(document.Id), request.EventId, request.Caller.UserId, cancellationToken);
        return new(appended.Position, request.Wait && await reader.Views.WaitForAsync(appended.Position, cancellationToken));
    }
}

internal static class DeleteDocumentEndpoint
{
    public static void MapDeleteDocument(this IEndpointRouteBuilder routes) => routes
        .MapDelete("/documents/{id:guid}", async Task<IResult> (Caller caller, Guid id, bool? purge, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var (eventId, ifMatch, wait) = (http.EventId(caller.UserId, ids), http.IfMatch(), !http.PrefersAsync());
            if (purge == true)
            {
                var purged = await mediator.Send(new PurgeDocument(caller, eventId, id, ifMatch, wait), cancel);
                Positions.Answer(http.HttpContext.Response, purged.Position);
                return purged.IsGone ? TypedResults.NoContent() : TypedResults.Accepted((string?)null);
            }
            var trashed = await mediator.Send(new TrashDocument.TrashDocument(caller, eventId, id, ifMatch, wait), cancel);
            trashed.Answer(http.HttpContext.Response);
            return trashed.View is null ? TypedResults.Accepted((string?)null) : TypedResults.NoContent();
        })
        .Produces(204).Produces(202).ProducesProblem(404).ProducesProblem(412)
        .WithName("DeleteDocument").WithSummary("Puts a document into the trash; with `purge=true`, removes it for good.");
}
