using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kilo.BuildingBlocks.Http;

namespace Kilo.Documents.Rules;

/// <summary>Pages: how long they are, and cursors, which only continue the very list that they came from.</summary>
internal static class Paging
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 1_000;
    private const int MarkLength = 8;

    public static int Limit(int? asked) => asked switch
    {
        null => DefaultLimit,
        >= 1 and <= LargestLimit => asked.Value,
        _ => throw new Problem(400, "invalid-limit", $"limit must be between 1 and {LargestLimit}."),
    };

    /// <summary>A cursor that means: go on behind this place of that list.</summary>
    public static string Write(string scope, string place) => Base64Url.EncodeToString([.. Mark(scope), .. Encoding.UTF8.GetBytes(place)]);

    /// <summary>The place; null without a cursor.</summary>
    /// <exception cref="Problem">400: the cursor is from another list, another caller, or no cursor at all.</exception>
    public static string? Read(string? cursor, string scope)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }
        if (cursor.Length <= 4_000 && Base64Url.IsValid(cursor) && Base64Url.DecodeFromChars(cursor) is { Length: > MarkLength } bytes
            && bytes.AsSpan(0, MarkLength).SequenceEqual(Mark(scope)))
        {
            return Encoding.UTF8.GetString(bytes.AsSpan(MarkLength));
        }
        throw InvalidCursor();
    }

    /// <summary>400: a cursor that no answer to this list ever had.</summary>
    public static Problem InvalidCursor() => new(400, "invalid-cursor", "The cursor does not belong to this list. Start again without it.");

    private static byte[] Mark(string scope) => SHA256.HashData(Encoding.UTF8.GetBytes(scope))[..MarkLength];
}
