using FluentValidation;

namespace Kilo.Documents.Rules;

/// <summary>What titles, folders, tags and notes may be. Each rule's sentence names its limit.</summary>
internal static class TextRules
{
    public const int LongestTitle = 255;
    private const int LongestFolder = 1_000;
    private const int DeepestFolder = 20;
    private const int LongestTag = 50;
    private const int MostTags = 20;
    private const int LongestNote = 2_000;
    private const int LongestLabel = 100;

    public static void IsTitle<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(t => !string.IsNullOrWhiteSpace(t)).WithErrorCode("invalid-title").WithMessage("The title must not be empty.")
        .Must(t => t is null || t.Length <= LongestTitle).WithErrorCode("invalid-title").WithMessage($"The title may have at most {LongestTitle} characters.")
        .Must(IsClean).WithErrorCode("invalid-title").WithMessage("The title must not contain control characters.");

    public static void IsFolder<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(f => f.Length <= LongestFolder).WithErrorCode("invalid-folder").WithMessage($"The folder may have at most {LongestFolder} characters.")
        .Must(f => IsClean(f) && !f.Contains("%00", StringComparison.Ordinal)).WithErrorCode("invalid-folder").WithMessage("The folder must not contain control characters.")
        .Must(f => !f.Contains('\\', StringComparison.Ordinal)).WithErrorCode("invalid-folder").WithMessage("Folder names are separated by '/', not by '\\'.")
        .Must(f => f.Length == 0 || f.Split('/').All(n => n.Trim().Length > 0 && n is not ("." or "..")))
        .WithErrorCode("invalid-folder").WithMessage("A folder's names must not be empty, '.' or '..'.")
        .Must(f => f.Split('/').Length <= DeepestFolder).WithErrorCode("invalid-folder").WithMessage($"Folders may be at most {DeepestFolder} deep.");

    public static void AreTags<T>(this IRuleBuilder<T, IReadOnlyList<string>> rule) => rule
        .Must(t => t.Count <= MostTags).WithErrorCode("invalid-tags").WithMessage($"A document may have at most {MostTags} tags.")
        .Must(t => t.All(tag => tag.Length is > 0 and <= LongestTag && IsClean(tag)))
        .WithErrorCode("invalid-tags").WithMessage($"A tag has 1 to {LongestTag} characters and no control characters.");

    public static void IsNote<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(n => n is null || n.Length <= LongestNote).WithErrorCode("invalid-note").WithMessage($"The note may have at most {LongestNote} characters.");

    public static void IsLabel<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(l => l is null || (l.Length <= LongestLabel && IsClean(l)))
        .WithErrorCode("invalid-label").WithMessage($"The label may have at most {LongestLabel} characters and no control characters.");

    public static void IsFileName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(n => !string.IsNullOrWhiteSpace(n) && n.Length <= LongestTitle).WithErrorCode("invalid-file-name").WithMessage($"The file name has 1 to {LongestTitle} characters.")
        .Must(n => n is null || (IsClean(n) && n.IndexOfAny(['/', '\\']) < 0 && n is not ("." or "..")))
        .WithErrorCode("invalid-file-name").WithMessage("The file name must not contain folders, line breaks or other control characters.");

    /// <summary>Without the slashes around it and the blanks around its names.</summary>
    public static string Folder(string? folder) =>
        string.IsNullOrEmpty(folder) ? "" : string.Join('/', folder.Trim('/').Split('/').Select(n => n.Trim(' ')));

    public static IReadOnlyList<string> Tags(IEnumerable<string?> tags) =>
        [.. tags.Select(t => (t ?? "").Trim().TrimStart('#').ToLowerInvariant()).Distinct(StringComparer.Ordinal)];

    // Unpaired surrogates are no text either: they cannot be stored as UTF-8.
    private static bool IsClean(string? text)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
            {
                return false;
            }
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }
        return true;
    }
}
