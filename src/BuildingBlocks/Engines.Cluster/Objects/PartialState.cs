using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// What is known of a partial content. Each change is another object, numbered one higher and put only if it is new: of those who change it at once one
/// succeeds, and whoever was shut out meanwhile learns it from the next change that they try.
/// </summary>
internal sealed record PartialState
{
    private const string Root = "partial/";
    private const string Wanted = "-wanted";

    /// <summary>Tells the answer to one's own change, when it got lost, from somebody else's change.</summary>
    public required Guid Change { get; init; }

    /// <summary>Who has it; null when nobody does.</summary>
    public Guid? Holder { get; init; }

    /// <summary>The holder knows that somebody wants it, and will let go.</summary>
    public bool IsEnding { get; init; }

    /// <summary>It is gone, and its id is free.</summary>
    public bool IsDropped { get; init; }

    /// <summary>When it was created, appended to or saved last; in ticks of UTC.</summary>
    public required long Touched { get; init; }

    /// <summary>The bytes that count.</summary>
    public required Pieces Pieces { get; init; }

    /// <summary>The caller's own.</summary>
    public required byte[] Metadata { get; init; }

    /// <summary>Set before the content that has the same pieces becomes visible.</summary>
    public string? Committed { get; init; }

    [JsonIgnore]
    public ContentHash? CommittedHash => Committed is { } hex ? new ContentHash(hex) : null;

    /// <summary>The prefix of all of them.</summary>
    public static string All => Root;

    /// <summary>The prefix of all that belongs to one.</summary>
    public static string FolderOf(Guid id) => $"{Root}{id:N}/";

    /// <summary>Present while somebody wants it who does not have it. The first in its folder.</summary>
    public static string WantedKey(Guid id) => FolderOf(id) + Wanted;

    // Counted backwards: the first that a list shows is the newest, however many there are.
    public static string KeyOf(Guid id, int number) => string.Create(CultureInfo.InvariantCulture, $"{FolderOf(id)}{int.MaxValue - number:d10}");

    /// <summary>Null when the key is no state's.</summary>
    public static int? NumberOf(string key) =>
        int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var backwards) ? int.MaxValue - backwards : null;

    /// <summary>The name of a blob that is a partial content's: it says whose.</summary>
    public static string NewBlob(Guid id) => $"{id:N}-{Guid.NewGuid():N}";

    /// <summary>The partial content whose blob has that name; null when it is none's.</summary>
    public static Guid? IdOf(string blob) => blob.Split('-') is [var id, _] && Guid.TryParseExact(id, "N", out var parsed) ? parsed : null;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ObjectsJson.Default.PartialState);

    public static PartialState Of(byte[] json) => JsonSerializer.Deserialize(json, ObjectsJson.Default.PartialState)!;
}

/// <summary>A state with where it stands.</summary>
/// <param name="Number">The newest has the highest.</param>
/// <param name="Put">By the server's clock.</param>
/// <param name="State">Itself.</param>
/// <param name="IsWanted">Somebody wants it who does not have it.</param>
internal sealed record NumberedState(int Number, DateTimeOffset Put, PartialState State, bool IsWanted);
