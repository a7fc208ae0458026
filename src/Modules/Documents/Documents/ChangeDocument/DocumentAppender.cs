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
        var location = $"/api/documents/{document}";
        if (!wait || !await reader.Views.WaitForAsync(appended.Position, cancel))
        {
            return new(appended.Position, location, null);
        }
        // Somebody may have purged it in the same moment.
        var row = await DocumentPartition.FindAsync(reader.Views.Store, document.ToString(), cancel) ?? throw Problem.NotFound("document");
        return new(appended.Position, location, await DocumentsReader.DescribeAsync(row, reader.Names(), cancel));
    }
}
