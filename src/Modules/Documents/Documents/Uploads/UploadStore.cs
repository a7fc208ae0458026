using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.AddDocument;
using Kilo.Documents.Contracts;
using Kilo.Documents.Views;
using MediatR;

namespace Kilo.Documents.Uploads;

/// <summary>Uploads under way, and how a whole one becomes a fact.</summary>
internal sealed class UploadStore(IContentStore contents, DocumentsReader reader, IMediator mediator, DocumentsOptions options, TimeProvider time)
{
    /// <summary>False: there is one with this id.</summary>
    public Task<bool> CreateAsync(Guid id, PendingUpload upload, CancellationToken cancel) => contents.Partial.CreateAsync(id, upload.ToJson(), cancel);

    /// <summary>What was said of it. Whoever sends it is not disturbed.</summary>
    /// <exception cref="Problem">404: there is none, or it is somebody else's.</exception>
    public async ValueTask<PendingUpload> FindAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await contents.Partial.FindAsync(id, cancel) is { } json && PendingUpload.Of(json) is var upload && upload.Owner == caller.UserId
            ? upload
            : throw Problem.NotFound("upload");

    /// <summary>Takes it from whoever sends it.</summary>
    /// <exception cref="Problem">404: there is none, or it is somebody else's. 423: whoever sends it does not let go.</exception>
    public async Task<IPartialContent> TakeAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        // Asked first: somebody else's request must not end the owner's.
        await FindAsync(caller, id, cancel);
        try
        {
            return await contents.Partial.TakeAsync(id, cancel) ?? throw Problem.NotFound("upload");
        }
        catch (PartialContentTakenException)
        {
            throw Taken();
        }
    }

    /// <summary>423: a newer request has it.</summary>
    public static Problem Taken() => new(423, "upload-taken", "Another request goes on with this upload. What this one sent so far is kept; ask with HEAD where to go on.") { RetryAfter = 1 };

    public UploadProgress Progress(Guid id, IPartialContent partial)
    {
        var upload = PendingUpload.Of(partial.Metadata.Span);
        return new UploadProgress(id, upload, upload.Outcome is null ? partial.Length : upload.Length, Expiry(upload.Outcome?.At ?? partial.Touched));
    }

    public UploadProgress Progress(Guid id, PendingUpload upload, UploadOutcome outcome) => new(id, upload, upload.Length, Expiry(outcome.At));

    /// <summary>The upload did not wait too long for its next bytes, or its outcome for somebody to ask.</summary>
    /// <exception cref="Problem">410.</exception>
    public UploadProgress NotExpired(UploadProgress progress) => IsExpired(progress)
        ? throw new Problem(410, "upload-expired", $"The upload got nothing for {options.UploadExpiration}, which is as long as it is kept. Start it again.")
        : progress;

    public bool IsExpired(UploadProgress progress) => progress.Expires <= time.GetUtcNow();

    /// <summary>
    /// Makes the whole upload a document or a version: one fact, whose event id comes from the upload's. Not cancelled by a
    /// client that goes away: it has sent everything.
    /// </summary>
    /// <param name="caller">Its owner.</param>
    /// <param name="id">The upload.</param>
    /// <param name="partial">Whole.</param>
    /// <param name="repeated">True when it was whole before this request: the fact may be on the log already.</param>
    /// <param name="wait">For the view.</param>
    public async Task<UploadProgress> FinishAsync(Caller caller, Guid id, IPartialContent partial, bool repeated, bool wait)
    {
        var upload = PendingUpload.Of(partial.Metadata.Span);
        if (upload.Outcome is null)
        {
            if (repeated)
            {
                // The view says then whether the fact is there.
                await reader.Views.ReachEndAsync(DocumentsTopics.Documents, CancellationToken.None);
            }
            upload = upload with { Outcome = await AppendAsync(caller, upload, EventId(id), partial, wait) };
            await partial.SaveAsync(upload.ToJson(), CancellationToken.None);
        }
        return Progress(id, await CompletedAsync(id, upload, CancellationToken.None), upload.Outcome);
    }

    /// <summary>With the version's number, if the view has learnt it since.</summary>
    public async ValueTask<PendingUpload> CompletedAsync(Guid id, PendingUpload upload, CancellationToken cancel) =>
        upload.Outcome is { Version: null } outcome
        && await DocumentPartition.Applied.GetAsync(reader.Views.Store, outcome.Document.ToString(), DocumentPartition.AppliedKey(EventId(id)), cancel) is { } applied
            ? upload with { Outcome = outcome with { Version = applied.Number, Unchanged = applied.Unchanged } }
            : upload;

    private static Guid EventId(Guid upload) => Ids.From("upload", upload.ToString());

    private async Task<UploadOutcome> AppendAsync(Caller caller, PendingUpload upload, Guid eventId, IPartialContent partial, bool wait)
    {
        await using var content = await partial.CompleteAsync(CancellationToken.None);
        var claim = new ContentClaim(content.Hash.Hex, content.Size, upload.MediaType, upload.FileName);
        if (upload.Document is { } document)
        {
            var version = await mediator.Send(new AddVersion.AddVersion(
                caller, eventId, document, content, claim, upload.BasedOn, Force: false, upload.Note, upload.Label, IfMatch: null, wait, AlsoInTrash: true));
            return new(document, version.View?.Number, version.View?.Unchanged == true, version.Position?.ToString(), time.GetUtcNow());
        }
        var added = await mediator.Send(new AddDocument.AddDocument(
            caller, eventId, content, claim, upload.Library, upload.Folder, upload.Title, upload.Tags, upload.Note, upload.Label, wait));
        return new(AddDocumentHandler.IdOf(eventId), 1, Unchanged: false, added.Position?.ToString(), time.GetUtcNow());
    }

    private DateTimeOffset Expiry(DateTimeOffset touched) => touched + options.UploadExpiration;
}
