using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Host.Transfer;

/// <summary>Events in a file of a backup.</summary>
internal static class SegmentFile
{
    // The body is JSON in JSON: with every quote as six characters nobody could read it.
    private static readonly EventLineJson Lines = new(new JsonSerializerOptions(EventLineJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>A segment has no more events, and no more bytes of bodies but for its last event.</summary>
    public const int MostEvents = 10_000;

    /// <inheritdoc cref="MostEvents" />
    public const int MostBytes = 8 << 20;

    /// <summary>Writes the file; durable when it returns. A file of that name is replaced: it is no part of any backup.</summary>
    public static async Task<Segment> WriteAsync(string directory, string topic, int partition, IReadOnlyList<LogEntry> entries, CancellationToken cancel)
    {
        var (first, last) = (entries[0].Position.Offset, entries[^1].Position.Offset);
        var name = FormattableString.Invariant($"log/{topic}/{partition}/{first:D19}-{last:D19}.ndjson.gz");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var (position, e) in entries)
            {
                var isText = Utf8.IsValid(e.Body.Span);
                var line = new EventLine(
                    position.Offset, e.Id, e.Type, e.Source, e.Key, e.Time, e.Actor, e.TraceParent, isText ? Encoding.UTF8.GetString(e.Body.Span) : null, isText ? null : e.Body.ToArray());
                JsonSerializer.Serialize(gzip, line, Lines.EventLine);
                gzip.WriteByte((byte)'\n');
            }
        }
        var bytes = packed.GetBuffer().AsMemory(0, (int)packed.Length);
        await Disk.WriteAsync(Path.Combine(directory, name), bytes, cancel);
        return new Segment(name, first, last, entries.Count, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
    }

    /// <summary>All events of a segment.</summary>
    /// <exception cref="DamagedBackupException">The file is missing, or is not the one that was written.</exception>
    public static async Task<IReadOnlyList<LogEntry>> ReadAsync(string directory, string epoch, ManifestPart part, Segment segment, CancellationToken cancel)
    {
        var path = Path.Combine(directory, segment.File);
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancel);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != segment.Sha256)
            {
                throw new DamagedBackupException($"{path} is damaged: its SHA-256 is not the one in {Manifest.FileName}.");
            }
            var entries = new List<LogEntry>(segment.Events);
            using var lines = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);
            while (await lines.ReadLineAsync(cancel) is { } line)
            {
                var e = JsonSerializer.Deserialize(line, Lines.EventLine)!;
                entries.Add(new LogEntry(new LogPosition(epoch, part.Topic, part.Partition, e.Offset), new EventEnvelope(
                    e.Id, e.Type, e.Source, e.Key, e.Time, e.Actor, e.TraceParent, e.Bytes ?? Encoding.UTF8.GetBytes(e.Body!))));
            }
            return entries.Count == segment.Events ? entries : throw new DamagedBackupException($"{path} has {entries.Count} events instead of {segment.Events}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedBackupException($"{path} is missing.");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new DamagedBackupException($"{path} is damaged: {e.Message}");
        }
    }
}
