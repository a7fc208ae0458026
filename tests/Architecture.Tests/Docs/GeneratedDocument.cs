namespace Kilo.Architecture.Tests.Docs;

/// <summary>
/// A document whose part between the markers is written by the tests. Compared on every run; written when
/// <c>KILO_WRITE_DOCS=1</c>, which is what <c>./kilo docs</c> sets. Text outside the markers belongs to people.
/// </summary>
internal static class GeneratedDocument
{
    public const string Begin = "<!-- generated: ./kilo docs -->";
    public const string End = "<!-- end of generated -->";

    public static bool Writing => Environment.GetEnvironmentVariable("KILO_WRITE_DOCS") == "1";

    /// <summary>Compares or writes.</summary>
    /// <param name="path">The file; when it is missing, writing creates it with the preface.</param>
    /// <param name="preface">What a new file says before the first marker.</param>
    /// <param name="generated">What must stand between the markers.</param>
    public static void CompareOrWrite(string path, string preface, string generated)
    {
        var text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : null;
        if (Writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Replace(text ?? $"{preface.Trim()}\n\n{Begin}\n{End}\n", generated));
            return;
        }
        var name = Path.GetFileName(path);
        Assert.True(text is not null, $"docs/{name} is missing. Write it: ./kilo docs");
        var (written, expected) = (Between(text!).Split('\n'), generated.Trim('\n').Split('\n'));
        var line = Enumerable.Range(0, Math.Max(written.Length, expected.Length)).FirstOrDefault(i => written.ElementAtOrDefault(i) != expected.ElementAtOrDefault(i), -1);
        Assert.True(line < 0, $"""
            docs/{name} is not what the code says. First difference, line {line + 1} of the generated part:
              the document: {written.ElementAtOrDefault(line) ?? "(ends)"}
              the code:     {expected.ElementAtOrDefault(line) ?? "(ends)"}
            If the change is meant, write the document again and review it like code: ./kilo docs
            """);
    }

    private static string Between(string text) => text[Marks(text)].Trim('\n');

    private static string Replace(string text, string generated)
    {
        var (start, length) = Marks(text).GetOffsetAndLength(text.Length);
        return $"{text[..start]}\n{generated.Trim('\n')}\n{text[(start + length)..]}";
    }

    private static Range Marks(string text)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin ? (begin + Begin.Length)..end : throw new InvalidDataException($"The markers '{Begin}' and '{End}' are gone: put them back where the generated part belongs.");
    }
}
