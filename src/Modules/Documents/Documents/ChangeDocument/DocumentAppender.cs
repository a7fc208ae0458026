using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Views;

namespace Kilo.Documents.ChangeDocument;

/// <summary>Appends a fact about a document and answers with the document as it is then.</summary>
internal sealed class DocumentAppender(DocumentsReader reader, EventPublisher publisher)
{
    /// <summary>The answer when the document is that way already.</summary>
    public async ValueTask<Written<DocumentResponse>> NothingToDoAsync(DocumentRow document, CancellationToken cancel) =>
        new(null, $"/api/documents/{document.Id}", await DocumentsReader.DescribeAsync(document, reader.Names(), cancel));

    /// <summary>Appends the fact, and waits for the view if asked to.</summary>
    public async Task<Written<DocumentResponse>> AppendAsync<TFact>(TFact fact, Guid document, Guid eventId, Caller caller, bool wait, CancellationToken cancel)
        where TFact : IIntegrationEvent
    {
        var appended = await publisher.AppendAsync(fact, eventId, caller.UserId, cancel);
        // A purged document has no view left to answer with: then the fact itself is the answer.
        var row = wait && await reader.Views.WaitForAsync(appended.Position, cancel)
            ? await DocumentRow.Table.GetAsync(reader.Views.Store, document.ToString(), "", cancel)
            : null;
        return new(appended.Position, $"/api/documents/{document}", row is null ? null : await DocumentsReader.DescribeAsync(row, reader.Names(), cancel));
    }
}
