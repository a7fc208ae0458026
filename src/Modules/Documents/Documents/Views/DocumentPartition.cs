using System.Globalization;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.AddVersion;
using Kilo.Documents.GetTimeline;

namespace Kilo.Documents.Views;

/// <summary>
/// Everything about a document is one partition of one table, under the document's id: the document itself, its versions, what else happened
/// to it, and which retried requests it has seen. What an event changes lies side by side, which bounds how fast the log can be folded.
/// </summary>
internal static class DocumentPartition
{
    public const string Table = "documents";

    /// <summary>The sort key of the document itself.</summary>
    public const string Self = "";

    /// <summary>The document, or its tombstone.</summary>
    public static ViewTable<DocumentRow> Documents { get; } = new(Table, RowsJson.Default.DocumentRow);

    /// <summary>Its versions, by number.</summary>
    public static ViewTable<VersionRow> Versions { get; } = new(Table, RowsJson.Default.VersionRow);

    /// <summary>What happened beside versions, by log offset.</summary>
    public static ViewTable<TimelineRow> Timeline { get; } = new(Table, RowsJson.Default.TimelineRow);

    /// <summary>Events whose id may come twice, by that id.</summary>
    public static ViewTable<AppliedRow> Applied { get; } = new(Table, RowsJson.Default.AppliedRow);

    /// <summary>Where each kind of row begins, and where it ends.</summary>
    public static (string From, string To) VersionKeys { get; } = ("v", "w");

    public static (string From, string To) TimelineKeys { get; } = ("t", "u");

    public static (string From, string To) AppliedKeys { get; } = ("a", "b");

    public static string VersionKey(int number) => "v" + number.ToString("D9", CultureInfo.InvariantCulture);

    public static string TimelineKey(long offset) => "t" + offset.ToString("D19", CultureInfo.InvariantCulture);

    public static string AppliedKey(Guid eventId) => "a" + eventId;

    /// <summary>The document as queries see it; null when there is none or it was purged.</summary>
    public static async ValueTask<DocumentRow?> FindAsync(IViewStore store, string document, CancellationToken cancel) =>
        await Documents.GetAsync(store, document, Self, cancel) is { Purged: false } row ? row : null;

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        session.Put(Documents, t.Id, Self, t.After);
        if (t.After.Purged)
        {
            await ClearAsync(Versions, VersionKeys);
            await ClearAsync(Timeline, TimelineKeys);
            await ClearAsync(Applied, AppliedKeys);
        }
        else if (t.Added is not null)
        {
            session.Put(Versions, t.Id, VersionKey(t.Added.Number), t.Added);
        }
        else
        {
            session.Put(Timeline, t.Id, TimelineKey(t.Position.Offset), TimelineRow.Of(t));
        }

        async ValueTask ClearAsync<TRow>(ViewTable<TRow> rows, (string From, string To) keys) where TRow : class
        {
            foreach (var (sort, _) in await session.SliceAsync(rows, t.Id, keys.From, keys.To, cancel))
            {
                session.Delete(rows, t.Id, sort);
            }
        }
    }
}
