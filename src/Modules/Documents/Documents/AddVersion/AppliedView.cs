using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;

namespace Kilo.Documents.AddVersion;

/// <summary>What an event whose id may come twice did the first time.</summary>
/// <param name="Number">The version that answers the request.</param>
/// <param name="Unchanged">True when it was there before.</param>
internal sealed record AppliedRow(int Number, bool Unchanged);

/// <summary>Requests with an <c>Idempotency-Key</c> that became events of a document. Partition: the document; sort key: the event's id.</summary>
internal static class AppliedView
{
    public static ViewTable<AppliedRow> Table { get; } = new("applied", RowsJson.Default.AppliedRow);

    public static void Fold(string document, Guid eventId, AppliedRow row, ViewSession session) => session.Put(Table, document, eventId.ToString(), row);

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.After.Purged)
        {
            foreach (var (sort, _) in await session.SliceAsync(Table, t.Id, "", null, cancel))
            {
                session.Delete(Table, t.Id, sort);
            }
        }
    }
}
