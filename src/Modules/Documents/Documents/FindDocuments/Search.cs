using Kilo.BuildingBlocks.Views;
using Kilo.Documents.ListDocuments;
using Kilo.Documents.Views;

namespace Kilo.Documents.FindDocuments;

/// <summary>Reads one page of documents, of one library after the other.</summary>
internal sealed class Search(IViewStore store, string? folder, IReadOnlyList<string> words, bool trashed, int limit)
{
    // A rare combination of words must not turn one request into a walk over a million documents.
    private const int MostExamined = 5_000;
    private const int BlocksAtOnce = 32;

    // Behind every id in their order.
    private const string AboveIds = "~";

    private readonly string[] _patterns = [.. words.Select(Words.Pattern)];
    private readonly byte[][] _stored = [.. words.Select(w => Words.Stored(Words.Pattern(w)))];
    private readonly List<DocumentRow> _found = [];
    private int _examined;

    public IReadOnlyList<DocumentRow> Found => _found;

    private bool IsFull => _found.Count >= limit || _examined >= MostExamined;

    /// <summary>Reads on behind a place, empty for the start; returns the place that was reached, or null when the library was read to its end.</summary>
    public Task<string?> ReadAsync(string library, string after, CancellationToken cancel) =>
        words.Count > 0 && !trashed ? ByWordAsync(library, after, cancel) : InOrderAsync(library, after, cancel);

    private async Task<string?> InOrderAsync(string library, string after, CancellationToken cancel)
    {
        var prefix = folder is null ? "" : ListingView.FolderPrefix(folder);
        var from = after.Length == 0 ? prefix : Slice.After(after);
        while (true)
        {
            var want = limit - _found.Count + 1;
            var rows = await ListingView.Table.SliceAsync(
                store, ListingView.Partition(library, trashed), from, Slice.EndOf(prefix), want, cancel);
            foreach (var (sort, row, _) in rows)
            {
                if (IsFull)
                {
                    return after;
                }
                after = sort;
                _examined++;
                // Not there, or moved, in the moment between the two reads: the page goes on without it.
                if (await DocumentPartition.FindAsync(store, row.Id.ToString(), cancel) is { } document && (document.TrashedAt is not null) == trashed
                    && (words.Count == 0 || Matches(Words.Entry("", document.Title, document.Tags))))
                {
                    _found.Add(document);
                }
            }
            if (rows.Count < want)
            {
                return null;
            }
            from = Slice.After(after);
        }
    }

    // Newest block first, and in a block the newest document first. A place is a block's key and the document that was examined last in it;
    // none when all of it was.
    private async Task<string?> ByWordAsync(string library, string after, CancellationToken cancel)
    {
        var (started, examined) = after.Split('/', 2) is [var block, var document] ? (block, document) : (null, "");
        var to = started is null ? null : examined.Length == 0 ? started : Slice.After(started);
        while (true)
        {
            var rows = await store.SliceAsync(new Slice(TermsView.Table.Name, library, "", to, BlocksAtOnce, Descending: true), cancel);
            foreach (var row in rows)
            {
                if (IsFull)
                {
                    return after;
                }
                _examined++;
                if (await InBlockAsync(row, row.Sort == started ? examined : AboveIds, cancel) is { } reached)
                {
                    return $"{row.Sort}/{reached}";
                }
                after = $"{row.Sort}/";
            }
            if (rows.Count < BlocksAtOnce)
            {
                return null;
            }
            to = rows[^1].Sort;
        }
    }

    private async ValueTask<string?> InBlockAsync(ViewRow row, string after, CancellationToken cancel)
    {
        foreach (var id in BlockRow.Matching(row.Body.Span, _stored).Where(id => string.CompareOrdinal(id, after) < 0).Reverse())
        {
            if (IsFull)
            {
                return after;
            }
            after = id;
            _examined++;
            // Trashed in the moment between the two reads: the page goes on without it.
            if (await DocumentPartition.FindAsync(store, after, cancel) is { TrashedAt: null } document && (folder is null || document.Folder == folder))
            {
                _found.Add(document);
            }
        }
        return null;
    }

    private bool Matches(string entry) => Array.TrueForAll(_patterns, pattern => entry.Contains(pattern, StringComparison.Ordinal));
}
