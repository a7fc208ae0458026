using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;

namespace Kilo.Documents.FindDocuments;

/// <summary>Its keys say everything.</summary>
internal sealed record TermRow
{
    public static TermRow Empty { get; } = new();
}

/// <summary>Words that live documents can be found by. Partition: the library; sort key: the word, then the document's id.</summary>
internal static class TermsView
{
    private const char Separator = '\u001f';

    public static ViewTable<TermRow> Table { get; } = new("terms", RowsJson.Default.TermRow);

    public static (string Word, string Document) Read(string sort)
    {
        var separator = sort.LastIndexOf(Separator);
        return (sort[..separator], sort[(separator + 1)..]);
    }

    public static string WholeWord(string word) => word + Separator;

    public static void Fold(Transition t, ViewSession session)
    {
        if (t.WasLive && t.IsLive && t.Before!.Title == t.After.Title && ReferenceEquals(t.Before.Tags, t.After.Tags))
        {
            return;
        }
        var before = t.WasLive ? Words.Of(t.Before!.Title, t.Before.Tags) : [];
        var after = t.IsLive ? Words.Of(t.After.Title, t.After.Tags) : [];
        foreach (var word in before.Where(w => !after.Contains(w)))
        {
            session.Delete(Table, t.After.Library, WholeWord(word) + t.Id);
        }
        foreach (var word in after.Where(w => !before.Contains(w)))
        {
            session.Put(Table, t.After.Library, WholeWord(word) + t.Id, TermRow.Empty);
        }
    }
}
