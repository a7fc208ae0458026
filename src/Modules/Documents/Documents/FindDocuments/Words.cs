using System.Text;
using System.Text.Json;

namespace Kilo.Documents.FindDocuments;

/// <summary>How text becomes words: runs of letters and digits, lower case; tags also whole, with <c>#</c> before them.</summary>
internal static class Words
{
    private const int LongestWord = 40;
    private const int MostWords = 30;

    // No word, tag or id has one.
    private const char Separator = '\n';

    /// <summary>What a document can be found by, as one text: its id and each word on a line of its own.</summary>
    public static string Entry(string id, string title, IReadOnlyList<string> tags)
    {
        var words = new List<string>();
        Split(title, words);
        foreach (var tag in tags)
        {
            Add("#" + tag, words);
            Split(tag, words);
        }
        var entry = new StringBuilder(id).Append(Separator);
        foreach (var word in words)
        {
            entry.Append(word).Append(Separator);
        }
        return entry.ToString();
    }

    /// <summary>What was asked for: each must start one of a document's words; a tag must be whole.</summary>
    public static IReadOnlyList<string> Asked(string? q, string? tag)
    {
        var asked = new List<string>();
        foreach (var part in (q ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is ['#', _, ..])
            {
                Add(part.ToLowerInvariant(), asked);
            }
            else
            {
                Split(part, asked);
            }
        }
        if (!string.IsNullOrWhiteSpace(tag))
        {
            Add("#" + tag.Trim().TrimStart('#').ToLowerInvariant(), asked);
        }
        return [.. asked.Order(StringComparer.Ordinal).Take(MostWords)];
    }

    /// <summary>The part of an entry that says that the document matches what was asked for.</summary>
    public static string Pattern(string asked) => asked[0] == '#' ? $"{Separator}{asked}{Separator}" : Separator + asked;

    /// <summary>The pattern as it stands in a stored row.</summary>
    public static byte[] Stored(string pattern) => JsonEncodedText.Encode(pattern).EncodedUtf8Bytes.ToArray();

    private static void Split(string text, List<string> words)
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
                Add(text[start..Math.Min(i, start + LongestWord)].ToLowerInvariant(), words);
                start = -1;
            }
        }
    }

    private static void Add(string word, List<string> words)
    {
        if (!words.Contains(word))
        {
            words.Add(word);
        }
    }
}
