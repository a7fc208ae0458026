using Kilo.BuildingBlocks.Views;
using Kilo.Documents.ListDocuments;

namespace Kilo.Documents.Views;

/// <summary>Where a document's row stands in the listing; or that it was purged.</summary>
/// <param name="Partition">The listing's partition.</param>
/// <param name="Sort">The sort key there.</param>
/// <param name="Purged">True: a tombstone. Nothing else of the document is left.</param>
internal sealed record PlaceRow(string Partition, string Sort, bool Purged = false);

/// <summary>
/// From a document's id to its row. The row itself stands once, in the listing: a new version then changes one row of a
/// document instead of two, which is what bounds how fast the log can be folded. Partition: the document's id.
/// </summary>
internal static class PlacesView
{
    // A document that is renamed again and again between the two reads is not worth more tries.
    private const int Tries = 3;

    public static ViewTable<PlaceRow> Table { get; } = new("places", RowsJson.Default.PlaceRow);

    /// <summary>The document as queries see it; null when there is none or it was purged.</summary>
    public static async ValueTask<DocumentRow?> FindAsync(IViewStore store, string document, CancellationToken cancel)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await Table.GetAsync(store, document, "", cancel) is not { Purged: false } place)
            {
                return null;
            }
            // Moved in between: its new place is known by now.
            if (await ListingView.Table.GetAsync(store, place.Partition, place.Sort, cancel) is { } row && row.Id.ToString() == document)
            {
                return row;
            }
        }
        return null;
    }

    /// <summary>The document as the fold has left it.</summary>
    public static async ValueTask<DocumentRow?> FindAsync(ViewSession session, string document, CancellationToken cancel) =>
        await session.GetAsync(Table, document, "", cancel) is { Purged: false } place
            ? await session.GetAsync(ListingView.Table, place.Partition, place.Sort, cancel)
            : null;

    public static void Fold(Transition t, ViewSession session)
    {
        if (t.After.Purged)
        {
            session.Put(Table, t.Id, "", new PlaceRow("", "", Purged: true));
        }
        else if (t.Before is null || ListingView.Place(t.Before) != ListingView.Place(t.After))
        {
            var (partition, sort) = ListingView.Place(t.After);
            session.Put(Table, t.Id, "", new PlaceRow(partition, sort));
        }
    }
}
