using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;

namespace Kilo.Reporting.Model;

/// <summary>
/// Folds what happened to documents. The rules are those by which Documents folds them: the log's order gives the numbers, equal bytes are no version, and a retried
/// request counts once.
/// </summary>
internal sealed class DocumentsFold : Projection
{
    public DocumentsFold()
    {
        On<DocumentAdded>(async (e, session, cancel) =>
        {
            if (await session.GetAsync(DocumentRow.Table, e.Key, "", cancel) is not null)
            {
                return;
            }
            var (fact, by, at) = (e.Fact, e.Envelope.Actor, e.Envelope.Time);
            var content = fact.Content;
            session.Put(DocumentRow.Table, e.Key, "", new DocumentRow(
                fact.DocumentId, fact.Library, Clean(fact.Folder), Clean(fact.Title), Clean(content.FileName), Clean(content.MediaType), content.Sha256, content.Size, 1, content.Size, by, at, by, at));
            AddVersion(session, Version(fact.DocumentId, 1, content, by, at) with { Label = Clean(fact.Label), Note = Clean(fact.Note) });
            session.Add(LibrarySum.Table, fact.Library, "", new LibrarySum(fact.Library, 1, 0, 1, content.Size));
            Did(session, e.Envelope, fact.Library, new() { Added = 1, Versions = 1, Bytes = content.Size });
        }, Needs);

        On<VersionAdded>(async (e, session, cancel) =>
        {
            if (await FindAsync(e, session, cancel) is not { } before)
            {
                return;
            }
            if (Ids.MayRepeat(e.Envelope.Id))
            {
                var sort = e.Envelope.Id.ToString();
                if (await session.GetAsync(AppliedRow.Table, e.Key, sort, cancel) is not null)
                {
                    return;
                }
                session.Put(AppliedRow.Table, e.Key, sort, AppliedRow.Once);
            }
            var (fact, content, by, at) = (e.Fact, e.Fact.Content, e.Envelope.Actor, e.Envelope.Time);
            if (content.Sha256 == before.Sha256 && !fact.Force)
            {
                return;
            }
            session.Put(DocumentRow.Table, e.Key, "", before with
            {
                FileName = Clean(content.FileName),
                MediaType = Clean(content.MediaType),
                Sha256 = content.Sha256,
                Size = content.Size,
                Versions = before.Versions + 1,
                Bytes = before.Bytes + content.Size,
                UpdatedBy = by,
                UpdatedAt = at,
            });
            AddVersion(session, Version(before.Id, before.Versions + 1, content, by, at) with
            {
                Label = Clean(fact.Label),
                Note = Clean(fact.Note),
                BasedOn = fact.BasedOn,
                Concurrent = fact.BasedOn is { } basedOn && basedOn != before.Versions,
                RestoredFrom = fact.RestoredFrom,
            });
            session.Add(LibrarySum.Table, before.Library, "", new LibrarySum(before.Library, 0, 0, 1, content.Size));
            Did(session, e.Envelope, before.Library, new() { Versions = 1, Bytes = content.Size });
        }, Needs);

        On<DocumentChanged>(async (e, session, cancel) =>
        {
            if (await FindAsync(e, session, cancel) is { } before)
            {
                Put(e, session, before with { Title = Clean(e.Fact.Title) ?? before.Title, Folder = Clean(e.Fact.Folder) ?? before.Folder });
                Did(session, e.Envelope, before.Library, new() { Changed = 1 });
            }
        }, Needs);

        On<DocumentTrashed>(async (e, session, cancel) =>
        {
            if (await FindAsync(e, session, cancel) is { TrashedAt: null } before)
            {
                Put(e, session, before with { TrashedAt = e.Envelope.Time });
                session.Add(LibrarySum.Table, before.Library, "", new LibrarySum(before.Library, -1, 1, 0, 0));
                Did(session, e.Envelope, before.Library, new() { Trashed = 1 });
            }
        }, Needs);

        On<DocumentRestored>(async (e, session, cancel) =>
        {
            if (await FindAsync(e, session, cancel) is { TrashedAt: not null } before)
            {
                Put(e, session, before with { TrashedAt = null });
                session.Add(LibrarySum.Table, before.Library, "", new LibrarySum(before.Library, 1, -1, 0, 0));
                Did(session, e.Envelope, before.Library, new() { Restored = 1 });
            }
        }, Needs);

        On<DocumentPurged>(async (e, session, cancel) =>
        {
            if (await FindAsync(e, session, cancel) is not { } before)
            {
                return;
            }
            foreach (var (sort, version) in await session.SliceAsync(VersionRow.Table, e.Key, "", null, cancel))
            {
                session.Delete(VersionRow.Table, e.Key, sort);
                Count(session, version, -1);
            }
            foreach (var (sort, _) in await session.SliceAsync(AppliedRow.Table, e.Key, "", null, cancel))
            {
                session.Delete(AppliedRow.Table, e.Key, sort);
            }
            var isTrashed = before.TrashedAt is not null;
            session.Add(LibrarySum.Table, before.Library, "", new LibrarySum(before.Library, isTrashed ? 0 : -1, isTrashed ? -1 : 0, -before.Versions, -before.Bytes));
            // Its words were its content too: the tombstone keeps the id.
            Put(e, session, before with { Folder = "", Title = "", FileName = "", Versions = 0, Bytes = 0, PurgedAt = e.Envelope.Time });
            Did(session, e.Envelope, before.Library, new() { Purged = 1 });
        }, Needs);
    }

    private static IEnumerable<RowKey> Needs<TEvent>(TEvent fact, EventEnvelope envelope) => fact is VersionAdded && Ids.MayRepeat(envelope.Id)
        ? [DocumentRow.Table.Key(envelope.Key), AppliedRow.Table.Key(envelope.Key, envelope.Id.ToString())]
        : [DocumentRow.Table.Key(envelope.Key)];

    private static async ValueTask<DocumentRow?> FindAsync<TEvent>(Received<TEvent> e, ViewSession session, CancellationToken cancel) =>
        await session.GetAsync(DocumentRow.Table, e.Key, "", cancel) is { PurgedAt: null } row ? row : null;

    private static void Put<TEvent>(Received<TEvent> e, ViewSession session, DocumentRow row) =>
        session.Put(DocumentRow.Table, e.Key, "", row with { UpdatedBy = e.Envelope.Actor, UpdatedAt = e.Envelope.Time });

    private static void AddVersion(ViewSession session, VersionRow version)
    {
        session.Put(VersionRow.Table, version.DocumentId.ToString(), version.Number.ToString("D19", CultureInfo.InvariantCulture), version);
        Count(session, version, 1);
    }

    private static void Count(ViewSession session, VersionRow version, int by)
    {
        session.Add(ContentSum.Table, version.Sha256, version.Size.ToString("D19", CultureInfo.InvariantCulture), new ContentSum(version.Sha256, version.Size, by));
        session.Add(MediaTypeSum.Table, version.MediaType, "", new MediaTypeSum(version.MediaType, by, by * version.Size));
    }

    private static VersionRow Version(Guid document, long number, ContentClaim content, Guid author, DateTimeOffset at) =>
        new(document, number, content.Sha256, content.Size, Clean(content.MediaType), Clean(content.FileName), author, at, null, null, null, false, null);

    private static void Did(ViewSession session, EventEnvelope envelope, string library, Done done) => done.Add(session, envelope.Time, library, envelope.Actor);

    // PostgreSQL's text has no such character.
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');
}
