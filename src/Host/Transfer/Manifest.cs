using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kilo.Host.Transfer;

/// <summary>What a backup consists of. Written last: a directory without it is no backup, and what it does not name does not count.</summary>
/// <param name="Format">1.</param>
/// <param name="CreatedAt">When the log's ends were taken, in the newest run.</param>
/// <param name="Epoch">Which log it is a backup of.</param>
/// <param name="Log">Its partitions.</param>
/// <param name="Contents">What the facts refer to.</param>
internal sealed record Manifest(int Format, DateTimeOffset CreatedAt, string Epoch, IReadOnlyList<ManifestPart> Log, ManifestContents Contents)
{
    public const int CurrentFormat = 1;
    public const string FileName = "manifest.json";

    /// <summary>What it has of a partition.</summary>
    public ManifestPart? Find(string topic, int partition) => Log.FirstOrDefault(p => p.Topic == topic && p.Partition == partition);

    /// <summary>Null when there is none.</summary>
    public static async Task<Manifest?> ReadAsync(string directory, CancellationToken cancel)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            await using var file = File.OpenRead(path);
            var manifest = await JsonSerializer.DeserializeAsync(file, ManifestJson.Default.Manifest, cancel);
            return manifest is { Format: CurrentFormat } ? manifest : throw new DamagedBackupException($"{path} is of format {manifest?.Format}; this build reads {CurrentFormat}.");
        }
        catch (JsonException e)
        {
            throw new DamagedBackupException($"{path} is damaged: {e.Message}");
        }
    }
}

/// <summary>A partition of the log.</summary>
/// <param name="Topic">Its topic's name.</param>
/// <param name="Partition">Its number.</param>
/// <param name="End">Where it ended: an offset that is not in the backup.</param>
/// <param name="Segments">Its events, in their order.</param>
internal sealed record ManifestPart(string Topic, int Partition, long End, IReadOnlyList<Segment> Segments);

/// <summary>A file with events: gzip over a line of JSON for each.</summary>
/// <param name="File">Its path in the backup, with <c>/</c>.</param>
/// <param name="First">The first offset in it.</param>
/// <param name="Last">The last one.</param>
/// <param name="Events">How many there are: offsets may have gaps.</param>
/// <param name="Sha256">Of the file.</param>
internal sealed record Segment(string File, long First, long Last, int Events, string Sha256);

/// <summary>The contents.</summary>
/// <param name="Count">How many the facts refer to.</param>
/// <param name="Bytes">Together.</param>
/// <param name="Missing">Those that could not be copied: they were missing or damaged where they came from.</param>
internal sealed record ManifestContents(long Count, long Bytes, IReadOnlyList<string> Missing);

/// <summary>An event as a backup has it.</summary>
/// <param name="Offset">Where it stood.</param>
/// <param name="Id">CloudEvents id.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Key">The partition key.</param>
/// <param name="Time">CloudEvents time.</param>
/// <param name="Actor">Who caused it.</param>
/// <param name="TraceParent">W3C trace context.</param>
/// <param name="Body">The body, as the text that it is.</param>
/// <param name="Bytes">The body when it is no valid UTF-8.</param>
internal sealed record EventLine(
    long Offset, Guid Id, string Type, string Source, string Key, DateTimeOffset Time, Guid Actor, string? TraceParent, string? Body, byte[]? Bytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EventLine))]
internal sealed partial class EventLineJson : JsonSerializerContext;

/// <summary>A file of a backup is not what the manifest says.</summary>
internal sealed class DamagedBackupException(string message) : Exception(message);
