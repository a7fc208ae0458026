using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.AddVersion;
using Kilo.Documents.Contracts;
using Kilo.Documents.CountDocuments;
using Kilo.Documents.FindDocuments;
using Kilo.Documents.ListDocuments;
using Kilo.Documents.ListFolders;

namespace Kilo.Documents.Views;

/// <summary>
/// The fold of a document. Here the log's order decides: version numbers, which upload was concurrent, which was unchanged,
/// and that an event counts once however often it comes.
/// </summary>
internal sealed class DocumentProjection : Projection
{
    public DocumentProjection()
    {
        On<DocumentAdded>(async (e, session, cancel) =>
        {
            if (await session.GetAsync(DocumentPartition.Documents, e.Key, DocumentPartition.Self, cancel) is not null)
            {
                return;
            }
            var (fact, by, at) = (e.Fact, e.Envelope.Actor, e.Envelope.Time);
            var version = Version(1, fact.Content, by, at) with { Label = fact.Label, Note = fact.Note };
            var block = await TermsView.PlaceAsync(fact.Library, at, e.Position.Partition, session, cancel);
            var after = new DocumentRow(fact.DocumentId, fact.Library, fact.Folder, fact.Title, fact.Tags ?? [], version, by, at, by, at, e.Position.Offset, block);
            await FoldAsync(new Transition(null, after, version, null, e.Position, e.Envelope), session, cancel);
        });

        On<VersionAdded>(async (e, session, cancel) =>
        {
            if (await BeforeAsync(e, session, cancel) is not { } before)
            {
                return;
            }
            if (Ids.MayRepeat(e.Envelope.Id) && await session.GetAsync(DocumentPartition.Applied, e.Key, DocumentPartition.AppliedKey(e.Envelope.Id), cancel) is not null)
            {
                return;
            }
            var unchanged = e.Fact.Content.Sha256 == before.Head.Sha256 && !e.Fact.Force;
            if (Ids.MayRepeat(e.Envelope.Id))
            {
                session.Put(DocumentPartition.Applied, e.Key, DocumentPartition.AppliedKey(e.Envelope.Id),
                    new AppliedRow(unchanged ? before.Head.Number : before.Head.Number + 1, unchanged));
            }
            if (unchanged)
            {
                return;
            }
            var version = Version(before.Head.Number + 1, e.Fact.Content, e.Envelope.Actor, e.Envelope.Time) with
            {
                Label = e.Fact.Label,
                Note = e.Fact.Note,
                BasedOn = e.Fact.BasedOn,
                Concurrent = e.Fact.BasedOn is { } basedOn && basedOn != before.Head.Number,
                RestoredFrom = e.Fact.RestoredFrom,
            };
            await FoldAsync(Changed(e, before, before with { Head = version }, null, version), session, cancel);
        });

        On<DocumentChanged>(async (e, session, cancel) =>
        {
            if (await BeforeAsync(e, session, cancel) is { } before)
            {
                var after = before with { Title = e.Fact.Title ?? before.Title, Folder = e.Fact.Folder ?? before.Folder, Tags = e.Fact.Tags ?? before.Tags };
                await FoldAsync(Changed(e, before, after, "changed"), session, cancel);
            }
        });

        On<DocumentTrashed>(async (e, session, cancel) =>
        {
            if (await BeforeAsync(e, session, cancel) is { TrashedAt: null } before)
            {
                await FoldAsync(Changed(e, before, before with { TrashedAt = e.Envelope.Time }, "trashed"), session, cancel);
            }
        });

        On<DocumentRestored>(async (e, session, cancel) =>
        {
            if (await BeforeAsync(e, session, cancel) is { TrashedAt: not null } before)
            {
                await FoldAsync(Changed(e, before, before with { TrashedAt = null }, "restored"), session, cancel);
            }
        });

        On<DocumentPurged>(async (e, session, cancel) =>
        {
            if (await BeforeAsync(e, session, cancel) is { } before)
            {
                await FoldAsync(Changed(e, before, Tombstone(before), "purged"), session, cancel);
            }
        });
    }

    private static async ValueTask FoldAsync(Transition transition, ViewSession session, CancellationToken cancel)
    {
        await DocumentPartition.FoldAsync(transition, session, cancel);
        ListingView.Fold(transition, session);
        await TermsView.FoldAsync(transition, session, cancel);
        await CountView.FoldAsync(transition, session, cancel);
        await FoldersView.FoldAsync(transition, session, cancel);
    }

    // Its title was its content too: the tombstone keeps the id.
    private static DocumentRow Tombstone(DocumentRow row) => row with
    {
        Title = "",
        Folder = "",
        Tags = [],
        Purged = true,
        Head = row.Head with { FileName = "", Note = null, Label = null },
    };

    // Null when there is nothing to change: the document is unknown or purged, or this event was folded before.
    private static async ValueTask<DocumentRow?> BeforeAsync<TEvent>(Received<TEvent> e, ViewSession session, CancellationToken cancel) where TEvent : IIntegrationEvent =>
        await session.GetAsync(DocumentPartition.Documents, e.Key, DocumentPartition.Self, cancel) is { Purged: false } row && row.Revision < e.Position.Offset ? row : null;

    private static Transition Changed<TEvent>(Received<TEvent> e, DocumentRow before, DocumentRow after, string? action, VersionRow? added = null)
        where TEvent : IIntegrationEvent =>
        new(before, after with { UpdatedBy = e.Envelope.Actor, UpdatedAt = e.Envelope.Time, Revision = e.Position.Offset }, added, action, e.Position, e.Envelope);

    private static VersionRow Version(int number, ContentClaim content, Guid author, DateTimeOffset at) =>
        new(number, content.Sha256, content.Size, content.MediaType, content.FileName, author, at);
}
