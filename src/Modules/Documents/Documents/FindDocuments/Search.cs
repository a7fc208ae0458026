using Kilo.BuildingBlocks.Views;
using Kilo.Documents.ListDocuments;
using Kilo.Documents.Views;

namespace Kilo.Documents.FindDocuments;

/// <summary>Reads one page of documents, of one library after the other.</summary>
internal sealed class Search(IViewStore store, string? folder, IReadOnlyList<string> words, bool trashed, int limit)
{
    // A rare combination of common words must not turn one request into a walk over a million documents.
    private const int MostExamined = 5_000;

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
                    && (words.Count == 0 || Matches(document)))
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

    private async Task<string?> ByWordAsync(string library, string after, CancellationToken cancel)
    {
        // The longest word is the rarest one, as a rule.
        var rarest = words.OrderByDescending(w => w[0] == '#').ThenByDescending(w => w.Length).First();
        var (month, within) = after.Length == 0 ? (null, "") : (TermsView.MonthOf(after), after["yyyy-MM ".Length..]);
        var segments = await TermsView.Segments.SliceAsync(store, library, "", null, int.MaxValue, cancel, descending: true);
        foreach (var segment in segments.Select(s => TermsView.MonthOf(s.Sort)).Distinct())
        {
            if (month is not null && string.CompareOrdinal(segment, month) > 0)
            {
                continue;
            }
            if (await InSegmentAsync(TermsView.Partition(library, segment), rarest, segment == month ? within : "", cancel) is { } reached)
            {
                return $"{segment} {reached}";
            }
        }
        return null;
    }

    private async Task<string?> InSegmentAsync(string partition, string rarest, string after, CancellationToken cancel)
    {
        var prefix = rarest[0] == '#' ? TermsView.WholeWord(rarest) : rarest;
        var from = after.Length == 0 ? prefix : Slice.After(after);
        while (true)
        {
            var rows = await TermsView.Table.SliceAsync(store, partition, from, Slice.EndOf(prefix), limit + 1, cancel);
            foreach (var (sort, _, _) in rows)
            {
                if (IsFull)
                {
                    return after;
                }
                after = sort;
                _examined++;
                var (word, document) = TermsView.Read(sort);
                // A document stands under each of its words that match; it counts at the first.
                if (await DocumentPartition.FindAsync(store, document, cancel) is { TrashedAt: null } row
                    && (folder is null || row.Folder == folder) && Matches(row)
                    && Words.Of(row.Title, row.Tags).First(w => Words.Match(w, rarest)) == word)
                {
                    _found.Add(row);
                }
            }
            if (rows.Count <= limit)
            {
                return null;
            }
            from = Slice.After(after);
        }
    }

    private bool Matches(DocumentRow row)
    {
        var terms = Words.Of(row.Title, row.Tags);
        return words.All(asked => terms.Any(term => Words.Match(term, asked)));
    }
}
