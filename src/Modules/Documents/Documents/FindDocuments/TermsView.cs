using System.Globalization;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;

namespace Kilo.Documents.FindDocuments;

/// <summary>Its keys say everything.</summary>
internal sealed record TermRow
{
    public static TermRow Empty { get; } = new();
}

/// <summary>Its key says everything.</summary>
internal sealed record SegmentRow
{
    public static SegmentRow Empty { get; } = new();
}

/// <summary>
/// Words that live documents can be found by. A library's words are in segments by the month in which the document was added, as in a log-structured
/// index: new documents write where others have just written, and a search goes from the newest segment backwards.
/// Partition: the library and the month; sort key: the word, then the document's id.
/// </summary>
internal static class TermsView
{
    private const char Separator = '\u001f';

    public static ViewTable<TermRow> Table { get; } = new("terms", RowsJson.Default.TermRow);

    /// <summary>Which segments a library has. Partition: the library; sort key: the month, <c>yyyy-MM</c>; and the log partition that said so.</summary>
    public static ViewTable<SegmentRow> Segments { get; } = new("segments", RowsJson.Default.SegmentRow);

    public static (string Word, string Document) Read(string sort)
    {
        var separator = sort.LastIndexOf(Separator);
        return (sort[..separator], sort[(separator + 1)..]);
    }

    public static string WholeWord(string word) => word + Separator;

    public static string Partition(string library, string month) => $"{library}/{month}";

    public static string MonthOf(string segment) => segment[.."yyyy-MM".Length];

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.WasLive && t.IsLive && t.Before!.Title == t.After.Title && ReferenceEquals(t.Before.Tags, t.After.Tags))
        {
            return;
        }
        var before = t.WasLive ? Words.Of(t.Before!.Title, t.Before.Tags) : [];
        var after = t.IsLive ? Words.Of(t.After.Title, t.After.Tags) : [];
        var month = t.After.CreatedAt.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var segment = $"{month} {t.Position.Partition}";
        if (after.Count > 0 && await session.GetAsync(Segments, t.After.Library, segment, cancel) is null)
        {
            session.Put(Segments, t.After.Library, segment, SegmentRow.Empty);
        }
        var partition = Partition(t.After.Library, month);
        foreach (var word in before)
        {
            if (!after.Contains(word))
            {
                session.Delete(Table, partition, WholeWord(word) + t.Id);
            }
        }
        foreach (var word in after)
        {
            if (!before.Contains(word))
            {
                session.Put(Table, partition, WholeWord(word) + t.Id, TermRow.Empty);
            }
        }
    }
}
