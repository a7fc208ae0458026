namespace Kilo.Documents.FindDocuments;

/// <summary>How text becomes words: runs of letters and digits, lower case; tags also whole, with <c>#</c> before them.</summary>
internal static class Words
{
    private const int LongestWord = 40;
    private const int MostWords = 30;

    /// <summary>What a document can be found by, in order, without duplicates.</summary>
    public static SortedSet<string> Of(string title, IReadOnlyList<string> tags)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        Split(title, words);
        foreach (var tag in tags)
        {
            words.Add("#" + tag);
            Split(tag, words);
        }
        return words;
    }

    /// <summary>What was asked for: each must start one of a document's words; a tag must be whole.</summary>
    public static IReadOnlyList<string> Asked(string? q, string? tag)
    {
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var part in (q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is ['#', _, ..])
            {
                asked.Add(part.ToLowerInvariant());
            }
            else
            {
                Split(part, asked);
            }
        }
        if (!string.IsNullOrWhiteSpace(tag))
        {
            asked.Add("#" + tag.Trim().TrimStart('#').ToLowerInvariant());
        }
        return [.. asked.Take(MostWords)];
    }

    public static bool Match(string word, string asked) => asked[0] == '#' ? word == asked : word.StartsWith(asked, StringComparison.Ordinal);

    private static void Split(string text, SortedSet<string> words)
    {
        var start = -1;
        for (var i = 0; i <= text.Length && words.Count < MostWords; i++)
        {
            var inWord = i < text.Length && (char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]));
            if (inWord && start < 0)
            {
                start = i;
            }
            else if (!inWord && start >= 0)
            {
                words.Add(text[start..Math.Min(i, start + LongestWord)].ToLowerInvariant());
                start = -1;
            }
        }
    }
}
