using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.ChangeDocument;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;

namespace Kilo.Documents.TrashDocument;

/// <summary>Puts a document into the trash, with its whole history.</summary>
internal sealed record TrashDocument(Caller Caller, Guid EventId, Guid DocumentId, IReadOnlyList<string>? IfMatch, bool Wait) : ICommand<Written<DocumentResponse>>;

internal sealed class TrashDocumentHandler(DocumentsReader reader, DocumentAppender appender) : IRequestHandler<TrashDocument, Written<DocumentResponse>>
{
    public async Task<Written<DocumentResponse>> Handle(TrashDocument request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        Preconditions.Match(document, request.IfMatch);
        return document.TrashedAt is not null
            ? await appender.NothingToDoAsync(document, cancellationToken)
            : await appender.AppendAsync(new DocumentTrashed(document.Id), document.Id, request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}
