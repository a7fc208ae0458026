using System.Globalization;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// What an object under <c>content/</c> is, all of it in its key. An object is written once and never renewed: renewing a content is another
/// object with the same hash, and the newest one counts. So a deletion, which takes those that it saw, cannot take a renewal.
/// </summary>
/// <param name="Hash">The content's.</param>
/// <param name="Touched">When it was committed, in ticks of UTC, by the clock of whoever did.</param>
/// <param name="Blob">What tells it from others of the same hash and time; where its bytes are, when they are in pieces.</param>
/// <param name="IsManifest">True: the object lists the pieces. False: it is the bytes.</param>
internal sealed record ContentName(ContentHash Hash, long Touched, string Blob, bool IsManifest)
{
    private const string Root = "content/";
    private const char Bytes = 'b', Manifest = 'm';

    /// <summary>The prefix of all objects of a content.</summary>
    // Folders by three digits: a server over a file system finds a content in a small folder, and no folder comes and goes with one content.
    public static string PrefixOf(ContentHash hash) => $"{Root}{hash.Hex[..3]}/{hash.Hex}.";

    /// <summary>The prefix of all contents.</summary>
    public static string All => Root;

    public string Key => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(Hash)}{Touched:x16}.{Blob}.{(IsManifest ? Manifest : Bytes)}");

    /// <summary>Null when the key is none of ours.</summary>
    public static ContentName? Parse(string key) =>
        key[(key.LastIndexOf('/') + 1)..].Split('.') is [{ Length: 64 } hash, var touched, { Length: > 0 } blob, [Bytes or Manifest] kind]
            && long.TryParse(touched, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ticks)
                ? new(new ContentHash(hash), ticks, blob, kind[0] == Manifest)
                : null;
}
