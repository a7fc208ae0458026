using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Host.Transfer;

/// <summary>What engines hold, whether or not somebody serves from them meanwhile.</summary>
internal sealed class EngineSource(IEventLog log, IContentStore contents) : ISource
{
    private const int BatchSize = 2_000;

    public int Partitions(Topic topic) => log.Partitions(topic);

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => log.EndAsync(topic, partition, cancel);

    public async IAsyncEnumerable<LogEntry> ReadAsync(Topic topic, int partition, long from, long end, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (from < end && await log.ReadAsync(topic, partition, from, BatchSize, cancel) is { Count: > 0 } entries)
        {
            foreach (var entry in entries)
            {
                if (entry.Position.Offset >= end)
                {
                    yield break;
                }
                yield return entry;
            }
            from = Math.Max(from, entries[^1].Position.Offset) + 1;
        }
    }

    public ValueTask<Stream?> OpenAsync(ContentHash hash, CancellationToken cancel) => contents.OpenAsync(hash, 0, long.MaxValue, cancel);

    public IAsyncEnumerable<ContentHash> ContentsAsync(DateTimeOffset before, CancellationToken cancel) => contents.UntouchedSinceAsync(before, cancel);
}
