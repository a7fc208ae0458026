using System.Text.Json;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;

namespace Kilo.Host.Transfer;

/// <summary>Writes a backup, or adds to one.</summary>
/// <param name="directory">It exists, and nobody else writes to it.</param>
/// <param name="earlier">What is there already.</param>
internal sealed class BackupWriter(string directory, Manifest? earlier) : IContentSink
{
    /// <summary>Copies the log; what an earlier run has copied is kept. Its segments stay as they are, but for the last one when it is not full.</summary>
    public async Task<IReadOnlyList<ManifestPart>> WriteLogAsync(Snapshot log, Pace pace, Progress progress, CancellationToken cancel)
    {
        progress.Begin("copying the log", events: Math.Max(1, log.Parts.Sum(p => p.End - (Earlier(p)?.End ?? 0))));
        var parts = new List<ManifestPart>();
        foreach (var part in log.Parts)
        {
            parts.Add(await WriteAsync(log.Source, part, pace, progress, cancel));
        }
        return parts;
    }

    /// <summary>Makes everything that was written a backup, at once.</summary>
    public async Task FinishAsync(Manifest manifest, CancellationToken cancel)
    {
        // Before the manifest says that it is there.
        Disk.SyncAll(directory);
        await Disk.WriteAsync(Path.Combine(directory, Manifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.Manifest), cancel);
        Disk.SyncAll(directory);
        RemoveWhatIsNotNamed(manifest);
    }

    // A content is written beside its place and moved there, so what is there is whole; its length shows a file that a machine lost when it failed.
    public ValueTask<bool> HasAsync(ContentClaim content, CancellationToken cancel) =>
        ValueTask.FromResult(new FileInfo(BackupDirectory.PathOf(directory, content.Sha256)) is { Exists: true } file && file.Length == content.Size);

    public async Task<(ContentHash Hash, long Size)> TakeAsync(ContentClaim content, Stream bytes, CancellationToken cancel)
    {
        var path = BackupDirectory.PathOf(directory, content.Sha256);
        var temporary = path + ".tmp";
        ContentHash hash;
        long size;
        await using (var file = Disk.Create(temporary))
        {
            (hash, size) = await CheckingSink.HashAsync(bytes, file, cancel);
            if (!Disk.SyncsAtOnce)
            {
                file.Flush(flushToDisk: true);
            }
        }
        if (hash.Hex == content.Sha256)
        {
            File.Move(temporary, path, overwrite: true);
        }
        else
        {
            File.Delete(temporary);
        }
        return (hash, size);
    }

    private ManifestPart? Earlier(Part part) => earlier?.Find(part.Topic.Name, part.Partition);

    private async Task<ManifestPart> WriteAsync(ISource source, Part part, Pace pace, Progress progress, CancellationToken cancel)
    {
        var known = Earlier(part);
        List<Segment> segments = [.. known?.Segments ?? []];
        var (entries, bytes) = (new List<LogEntry>(), 0L);
        if (known is not null && part.End > known.End && segments is [.., { Events: < SegmentFile.MostEvents } last])
        {
            // Otherwise every run would leave a small file for ever.
            var open = await SegmentFile.ReadAsync(directory, earlier!.Epoch, known, last, cancel);
            if (open.Sum(e => (long)e.Event.Body.Length) is < SegmentFile.MostBytes and var size)
            {
                entries.AddRange(open);
                bytes = size;
                segments.RemoveAt(segments.Count - 1);
            }
        }
        await foreach (var entry in source.ReadAsync(part.Topic, part.Partition, known?.End ?? 0, part.End, cancel))
        {
            if (entries.Count >= SegmentFile.MostEvents || bytes >= SegmentFile.MostBytes)
            {
                segments.Add(await SegmentFile.WriteAsync(directory, part.Topic.Name, part.Partition, entries, cancel));
                entries.Clear();
                bytes = 0;
            }
            entries.Add(entry);
            bytes += entry.Event.Body.Length;
            progress.Event();
            await pace.MovedAsync(entry.Event.Body.Length, cancel);
        }
        if (entries.Count > 0)
        {
            segments.Add(await SegmentFile.WriteAsync(directory, part.Topic.Name, part.Partition, entries, cancel));
        }
        return new ManifestPart(part.Topic.Name, part.Partition, part.End, segments);
    }

    private void RemoveWhatIsNotNamed(Manifest manifest)
    {
        var named = manifest.Log.SelectMany(p => p.Segments).Select(s => Path.GetFullPath(Path.Combine(directory, s.File))).ToHashSet();
        var log = Path.Combine(directory, "log");
        foreach (var file in Directory.Exists(log) ? Directory.EnumerateFiles(log, "*", SearchOption.AllDirectories) : [])
        {
            if (!named.Contains(Path.GetFullPath(file)))
            {
                File.Delete(file);
            }
        }
    }
}
