using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// Says that a blob's pieces may belong to nothing. Put before the first piece and before whatever may take the blob's last owner away; when it is a day old,
/// a sweep looks whether the blob has an owner, and deletes the pieces if not. All of it is in the key.
/// </summary>
/// <param name="Blob">The blob.</param>
/// <param name="Hash">The content that may own it; null while that is not known.</param>
/// <param name="Unique">Tells marks of one blob apart.</param>
internal sealed record UnsettledMark(string Blob, ContentHash? Hash, string Unique)
{
    /// <summary>The prefix of all marks.</summary>
    public const string All = "unsettled/";

    private const string NoHash = "-";

    public string Key => $"{All}{Blob}.{Hash?.Hex ?? NoHash}.{Unique}";

    public static UnsettledMark New(string blob, ContentHash? hash) => new(blob, hash, Guid.NewGuid().ToString("N"));

    /// <summary>Null when the key is none of ours.</summary>
    public static UnsettledMark? Parse(string key) =>
        key[All.Length..].Split('.') is [{ Length: > 0 } blob, var hash, var unique] ? new(blob, hash == NoHash ? null : new ContentHash(hash), unique) : null;
}
