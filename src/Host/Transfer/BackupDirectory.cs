using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host.Transfer;

/// <summary>A backup, to read from.</summary>
internal sealed class BackupDirectory(string directory, Manifest manifest) : ISource
{
    private readonly Dictionary<(string, int), ManifestPart> _parts = manifest.Log.ToDictionary(p => (p.Topic, p.Partition));

    public Manifest Manifest => manifest;

    /// <exception cref="StartRefusedException">It is none.</exception>
    public static async Task<BackupDirectory> OpenAsync(string path, CancellationToken cancel) => await Manifest.ReadAsync(path, cancel) is { } manifest
        ? new BackupDirectory(Path.GetFullPath(path), manifest)
        : throw new StartRefusedException($"{Path.GetFullPath(path)} is no backup: it has no {Manifest.FileName}, which is written when a backup is whole.");

    /// <summary>Where a content is.</summary>
    public static string PathOf(string directory, string sha256) => Path.Combine(directory, "contents", sha256[..2], sha256[2..4], sha256);

    public int Partitions(Topic topic) => manifest.Log.Count(p => p.Topic == topic.Name);

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => ValueTask.FromResult(_parts[(topic.Name, partition)].End);

    public async IAsyncEnumerable<LogEntry> ReadAsync(Topic topic, int partition, long from, long end, [EnumeratorCancellation] CancellationToken cancel)
    {
        var part = _parts[(topic.Name, partition)];
        foreach (var segment in part.Segments.SkipWhile(s => s.Last < from).TakeWhile(s => s.First < end))
        {
            foreach (var entry in await SegmentFile.ReadAsync(directory, manifest.Epoch, part, segment, cancel))
            {
                if (entry.Position.Offset >= from && entry.Position.Offset < end)
                {
                    yield return entry;
                }
            }
        }
    }

    public ValueTask<Stream?> OpenAsync(ContentHash hash, CancellationToken cancel)
    {
        try
        {
            return ValueTask.FromResult<Stream?>(new FileStream(PathOf(directory, hash.Hex), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<Stream?>(null);
        }
    }

    public async IAsyncEnumerable<ContentHash> ContentsAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        var contents = Path.Combine(directory, "contents");
        foreach (var file in Directory.Exists(contents) ? Directory.EnumerateFiles(contents, "*", SearchOption.AllDirectories) : [])
        {
            cancel.ThrowIfCancellationRequested();
            if (Path.GetFileName(file) is { Length: 64 } name)
            {
                yield return new ContentHash(name);
            }
        }
    }
}
