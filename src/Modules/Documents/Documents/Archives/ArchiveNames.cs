using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kilo.Documents.Archives;

/// <summary>
/// The paths of one archive's entries: safe and different on Windows, macOS and Linux, whatever people called their documents. Memory
/// grows by a few dozen bytes per entry, and by the names of folders.
/// </summary>
internal sealed class ArchiveNames
{
    // File systems take 255 bytes per name; the rest is for what makes it unique.
    private const int LongestName = 240;
    private const int LongestExtension = 20;

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    // What is taken, and the number that the next one of the same name gets.
    private readonly Dictionary<UInt128, int> _taken = [];
    private readonly Dictionary<string, string> _folders = new() { [""] = "" };

    /// <summary>The path of a document's entry: its folder, its title, and its file's extension where the title has none.</summary>
    public string Of(string folder, string title, string fileName)
    {
        var extension = Path.GetExtension(fileName) is { Length: > 1 and <= LongestExtension } found ? Safe(found, LongestExtension) : "";
        var stem = title.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? title[..^extension.Length] : title;
        return Unique(Folder(folder), Safe(stem, LongestName - Encoding.UTF8.GetByteCount(extension)), extension);
    }

    // A folder is one in the archive as well, and no file has its name.
    private string Folder(string folder)
    {
        if (_folders.TryGetValue(folder, out var path))
        {
            return path;
        }
        var slash = folder.LastIndexOf('/');
        path = Unique(Folder(slash < 0 ? "" : folder[..slash]), Safe(folder[(slash + 1)..], LongestName), "") + "/";
        return _folders[folder] = path;
    }

    private string Unique(string parent, string stem, string extension)
    {
        // "a" as the stem of ".a" and as a whole name are one name.
        var (name, first) = (stem + extension, Key(parent + stem + extension));
        while (!_taken.TryAdd(Key(parent + name), 2))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{stem} ({_taken[first]++}){extension}");
        }
        return parent + name;
    }

    // Windows and macOS take upper and lower case for the same.
    private static UInt128 Key(string path) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToLowerInvariant())));

    private static string Safe(string name, int longest)
    {
        var safe = new StringBuilder(name.Length);
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            var kept = IsSafe(rune) ? rune : new Rune('_');
            if ((bytes += kept.Utf8SequenceLength) > longest)
            {
                break;
            }
            safe.Append(kept.ToString());
        }
        // Windows forgets blanks and dots at the end. An extension begins with one.
        var trimmed = safe.ToString().TrimEnd(' ', '.').TrimStart(' ');
        return trimmed.Length == 0 ? "_" : Devices.Contains(trimmed.Split('.')[0].TrimEnd(' ')) ? "_" + trimmed : trimmed;
    }

    private static bool IsSafe(Rune rune) => rune.Value switch
    {
        '<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*' or 0xFFFD => false,
        // They join letters and pictures.
        0x200C or 0x200D => true,
        // Control characters, and those that turn the direction of writing: "gpj.exe" must not look like "exe.jpg".
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
    };
}
