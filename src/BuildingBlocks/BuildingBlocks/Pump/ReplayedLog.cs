using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>A log that is folded once more on the side. It ends where it is told to, is shared with nobody, and keeps nothing that is appended: what a fold parks, it has parked before.</summary>
/// <param name="log">What is folded.</param>
/// <param name="moved">Waits for as long as so many bytes should take.</param>
internal sealed class ReplayedLog(IEventLog log, Func<long, CancellationToken, ValueTask> moved) : IEventLog
{
    private readonly ConcurrentDictionary<(string Topic, int Partition), long> _ends = [];

    // Up to here there is nothing more to read: the log may have dropped its last events below the end.
    private readonly ConcurrentDictionary<(string Topic, int Partition), long> _read = [];
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Epoch => log.Epoch;

    public int Partitions(Topic topic) => log.Partitions(topic);

    /// <summary>True when events were missing between others: the topic was compacted.</summary>
    public bool HasGaps { get; private set; }

    /// <summary>The end that it was told, 0 before.</summary>
    public long End(string topic, int partition) => _ends.GetValueOrDefault((topic, partition));

    /// <summary>From now on it ends there, unless it went further before.</summary>
    public void EndAt(string topic, int partition, long end)
    {
        _ends.AddOrUpdate((topic, partition), end, (_, before) => Math.Max(before, end));
        Interlocked.Exchange(ref _told, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>True when whoever reads on from there has read all of it.</summary>
    public bool IsRead(string topic, int partition, long next) => Math.Max(next, _read.GetValueOrDefault((topic, partition))) >= End(topic, partition);

    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
    {
        var end = End(topic.Name, partition);
        if (from >= end)
        {
            return [];
        }
        var entries = await log.ReadAsync(topic, partition, from, max, cancel);
        if (entries.Count > 0 && entries[^1].Position.Offset >= end)
        {
            entries = [.. entries.TakeWhile(e => e.Position.Offset < end)];
        }
        HasGaps |= entries.Where((e, i) => e.Position.Offset != from + i).Any();
        if (entries.Count == 0)
        {
            _read[(topic.Name, partition)] = end;
        }
        await moved(entries.Sum(e => (long)e.Event.Body.Length), cancel);
        return entries;
    }

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => ValueTask.FromResult(End(topic.Name, partition));

    public async Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel)
    {
        while (true)
        {
            var told = Volatile.Read(ref _told).Task;
            if (!IsRead(topic.Name, partition, from))
            {
                return;
            }
            await told.WaitAsync(cancel);
        }
    }

    public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel) => Task.FromResult(new LogPosition(Epoch, topic.Name, 0, 0));
}
