using System.IO.Compression;

namespace Kilo.Documents.Archives;

/// <summary>Media that are compressed already: another pass costs time and saves nothing.</summary>
internal static class Compressed
{
    private static readonly HashSet<string> Not = ["image/bmp", "image/svg+xml", "image/tiff", "image/x-ms-bmp", "audio/wav", "audio/x-wav", "audio/aiff", "audio/x-aiff"];

    private static readonly HashSet<string> Types =
    [
        "application/pdf", "application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip", "application/x-7z-compressed", "application/vnd.rar",
        "application/x-rar-compressed", "application/x-bzip2", "application/x-xz", "application/zstd", "application/epub+zip", "application/java-archive",
        "application/vnd.android.package-archive", "application/vnd.ms-cab-compressed", "font/woff", "font/woff2",
    ];

    private static readonly string[] Starts = ["image/", "video/", "audio/", "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."];

    /// <summary>True for a beginning that the fastest compression hardly makes smaller: encrypted files have no media type that says so, and would grow.</summary>
    public static bool Is(ReadOnlySpan<byte> beginning)
    {
        using var compressed = new MemoryStream(beginning.Length);
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(beginning);
        }
        return compressed.Length > beginning.Length * 0.95;
    }

    /// <summary>True for media that are compressed by themselves.</summary>
    public static bool Is(string mediaType)
    {
        var type = mediaType.Split(';')[0].Trim().ToLowerInvariant();
        return !Not.Contains(type) && (Types.Contains(type) || Starts.Any(start => type.StartsWith(start, StringComparison.Ordinal)));
    }
}
