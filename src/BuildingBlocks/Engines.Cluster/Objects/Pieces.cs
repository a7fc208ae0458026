using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>Pieces that one writer put one after the other, of the same length but for the last.</summary>
/// <param name="Writer">Nobody else puts pieces under it: what a writer puts who has been shut out is in nobody's way.</param>
/// <param name="From">Where in the blob it begins.</param>
/// <param name="Length">Of all its pieces together.</param>
/// <param name="Piece">Of each piece but the last.</param>
internal sealed record Run(Guid Writer, long From, long Length, long Piece)
{
    [JsonIgnore]
    public long End => From + Length;

    /// <summary>The key of the piece that begins there.</summary>
    public string KeyAt(string blob, long from) => $"{Pieces.FolderOf(blob)}{Writer:N}.{from:x16}";
}

/// <summary>A piece of a blob.</summary>
/// <param name="Key">The object.</param>
/// <param name="From">Where in the blob it begins.</param>
/// <param name="End">Where in the blob it ends.</param>
internal readonly record struct Piece(string Key, long From, long End);

/// <summary>Bytes that can be read.</summary>
/// <param name="Length">How many.</param>
/// <param name="At">The piece with the byte at a position.</param>
internal sealed record LocatedBytes(long Length, Func<long, Piece> At);

/// <summary>The bytes of a blob, in objects. What S3 calls a multipart upload would do as well, but for one thing: a late writer can put another part in the place of one that counts.</summary>
/// <param name="Blob">Its name.</param>
/// <param name="Runs">One behind the other, without gaps.</param>
internal sealed record Pieces(string Blob, IReadOnlyList<Run> Runs)
{
    private const string Root = "blobs/";

    [JsonIgnore]
    public long Length => Runs.Count == 0 ? 0 : Runs[^1].End;

    [JsonIgnore]
    public LocatedBytes Located => new(Length, At);

    /// <summary>The prefix of all its pieces.</summary>
    public static string FolderOf(string blob) => $"{Root}{blob}/";

    /// <summary>The piece with the byte at this position.</summary>
    public Piece At(long position)
    {
        var run = Find(position);
        var from = run.From + (position - run.From) / run.Piece * run.Piece;
        return new(run.KeyAt(Blob, from), from, Math.Min(from + run.Piece, run.End));
    }

    /// <summary>With a run in the place of whatever is there from its beginning on.</summary>
    public Pieces With(Run run) => run.Length == 0 ? this : this with
    {
        Runs = [.. Runs.TakeWhile(r => r.From < run.From).Select(r => r with { Length = Math.Min(r.Length, run.From - r.From) }), run],
    };

    private Run Find(long position)
    {
        var (low, high) = (0, Runs.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Runs[middle].End <= position ? (middle + 1, high) : (low, middle);
        }
        return Runs[low];
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ObjectsJson.Default.Pieces);

    public static Pieces Of(byte[] json) => JsonSerializer.Deserialize(json, ObjectsJson.Default.Pieces)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Pieces))]
[JsonSerializable(typeof(PartialState))]
internal sealed partial class ObjectsJson : JsonSerializerContext;
