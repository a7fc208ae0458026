using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Contracts;
using Kilo.Documents.Views;

namespace Kilo.Documents.AddVersion;

/// <summary>Appends the fact of a version and finds out which number the fold gave it. Used by uploads and by restoring.</summary>
internal sealed class VersionAppender(DocumentsReader reader, EventPublisher publisher)
{
    private const int LookBack = 16;

    /// <summary>What the same request did before; null when it is new.</summary>
    /// <exception cref="Problem">422: the key was used for other bytes.</exception>
    public async ValueTask<Written<VersionResponse>?> EarlierAsync(DocumentRow document, Guid eventId, string sha256, CancellationToken cancel)
    {
        if (!Ids.MayRepeat(eventId) || await DocumentPartition.Applied.GetAsync(reader.Views.Store, document.Id.ToString(), DocumentPartition.AppliedKey(eventId), cancel) is not { } applied)
        {
            return null;
        }
        var version = await reader.VersionAsync(document, applied.Number, cancel);
        if (version.Sha256 != sha256)
        {
            throw new Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another file. Use a new key for a new request.");
        }
        return await DescribeAsync(document.Id, version, applied.Unchanged, cancel);
    }

    /// <summary>The answer when the bytes equal the head's.</summary>
    public ValueTask<Written<VersionResponse>> UnchangedAsync(DocumentRow document, CancellationToken cancel) =>
        DescribeAsync(document.Id, document.Head, unchanged: true, cancel);

    /// <summary>Appends the fact; its content is durable already.</summary>
    public async Task<Written<VersionResponse>> AppendAsync(
        DocumentRow document, VersionAdded fact, Guid eventId, Caller caller, bool wait, CancellationToken cancel)
    {
        var appended = await publisher.AppendAsync(fact, eventId, caller.UserId, cancel);
        if (!wait || !await reader.Views.WaitForAsync(appended.Position, cancel))
        {
            return new(appended.Position, $"/api/documents/{document.Id}/versions", null);
        }
        var current = await reader.DocumentAsync(caller, document.Id, cancel);
        if (await EarlierAsync(current, eventId, fact.Content.Sha256, cancel) is { } applied)
        {
            return applied with { Position = appended.Position };
        }
        var (version, isAdded) = await FoldedAsync(document.Id, appended.Position.Offset, cancel);
        return await DescribeAsync(document.Id, version, unchanged: !isAdded, cancel) with { Position = appended.Position };
    }

    // The row that the event wrote carries the event's offset as its stamp. Without such a row the event changed nothing:
    // the version before it had the same bytes.
    private async ValueTask<(VersionRow Version, bool IsAdded)> FoldedAsync(Guid document, long offset, CancellationToken cancel)
    {
        var (from, before) = DocumentPartition.VersionKeys;
        while (true)
        {
            var rows = await DocumentPartition.Versions.SliceAsync(reader.Views.Store, document.ToString(), from, before, LookBack, cancel, descending: true);
            foreach (var (sort, row, stamp) in rows)
            {
                if (stamp <= offset)
                {
                    return (row, stamp == offset);
                }
                before = sort;
            }
            if (rows.Count < LookBack)
            {
                throw Problem.NotFound("document");
            }
        }
    }

    private async ValueTask<Written<VersionResponse>> DescribeAsync(Guid document, VersionRow version, bool unchanged, CancellationToken cancel) => new(
        null, $"/api/documents/{document}/versions/{version.Number}",
        await DocumentsReader.DescribeAsync(document, version, reader.Names(), cancel, unchanged), IsNew: !unchanged);
}
