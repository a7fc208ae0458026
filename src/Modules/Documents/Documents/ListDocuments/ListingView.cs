using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;

namespace Kilo.Documents.ListDocuments;

/// <summary>Its key says where the document stands; the document itself is in its own partition, so that a new version moves nothing here.</summary>
internal sealed record ListingRow(Guid Id);

/// <summary>
/// Documents in the order in which people see them: by folder, then title. Partition: the library, or its trash.
/// </summary>
internal static class ListingView
{
    // Below every character that a name may have, so that a folder's own documents come before its subfolders'.
    private const char Separator = '\u001f';

    public static ViewTable<ListingRow> Table { get; } = new("listing", RowsJson.Default.ListingRow);

    public static string Partition(string library, bool trashed) => trashed ? library + "/trash" : library;

    public static string FolderPrefix(string folder) => folder + Separator;

    public static void Fold(Transition t, ViewSession session)
    {
        // A new version, which is most of what happens, moves nothing.
        if (t.Before is { } was && was.Title == t.After.Title && was.Folder == t.After.Folder && was.TrashedAt == t.After.TrashedAt && !t.After.Purged)
        {
            return;
        }
        var before = t.Before is { Purged: false } row ? ((string Partition, string Sort)?)Place(row) : null;
        var after = t.After.Purged ? ((string Partition, string Sort)?)null : Place(t.After);
        if (before is { } old && before != after)
        {
            session.Delete(Table, old.Partition, old.Sort);
        }
        if (after is { } place && before != after)
        {
            session.Put(Table, place.Partition, place.Sort, new ListingRow(t.After.Id));
        }
    }

    private static (string Partition, string Sort) Place(DocumentRow row) =>
        (Partition(row.Library, row.TrashedAt is not null), $"{FolderPrefix(row.Folder)}{row.Title.ToLowerInvariant()}{Separator}{row.Id}");
}
