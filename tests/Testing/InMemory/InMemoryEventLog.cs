using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Testing.InMemory;

/// <summary>
/// The log as lists: what <see cref="IEventLog"/> promises, in the fewest words. Unlike the embedded engine it has up to
/// four partitions per topic, so that tests meet events whose order among each other is not given.
/// </summary>
public sealed class InMemoryEventLog : IEventLog
{
    private const int MostPartitions = 4;

    private readonly Dictionary<(string Topic, int Partition), List<EventEnvelope>> _events = [];
    private readonly Lock _lock = new();
    private readonly Signal _appended = new();

    /// <inheritdoc />
    public string Epoch { get; } = Guid.NewGuid().ToString("N")[..8];

    /// <inheritdoc />
    public int Partitions(Topic topic) => Math.Clamp(topic.Partitions, 1, MostPartitions);

    /// <summary>The partition that the events of a key go to.</summary>
    public int PartitionOf(Topic topic, string key)
    {
        // FNV-1a: string.GetHashCode differs from process to process.
        var hash = 2166136261;
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            hash = (hash ^ b) * 16777619;
        }
        return (int)(hash % (uint)Partitions(topic));
    }

    /// <inheritdoc />
    public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return Task.FromCanceled<LogPosition>(cancel);
        }
        // The caller may use its buffer again; the wire carries milliseconds.
        var kept = envelope with
        {
            Time = DateTimeOffset.FromUnixTimeMilliseconds(envelope.Time.ToUnixTimeMilliseconds()),
            Body = envelope.Body.ToArray(),
        };
        var partition = PartitionOf(topic, envelope.Key);
        long offset;
        lock (_lock)
        {
            var events = Events(topic, partition);
            offset = events.Count;
            events.Add(kept);
        }
        _appended.Changed();
        return Task.FromResult(new LogPosition(Epoch, topic.Name, partition, offset));
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<LogEntry>>([.. Events(topic, partition)
                .Select((envelope, offset) => new LogEntry(new LogPosition(Epoch, topic.Name, partition, offset), envelope))
                .Skip((int)Math.Min(from, int.MaxValue)).Take(max)]);
        }
    }

    /// <inheritdoc />
    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => ValueTask.FromResult(End(topic, partition));

    /// <inheritdoc />
    public async Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel)
    {
        while (true)
        {
            var appended = _appended.Next;
            if (End(topic, partition) > from)
            {
                return;
            }
            await appended.WaitAsync(cancel);
        }
    }

    private long End(Topic topic, int partition)
    {
        lock (_lock)
        {
            return Events(topic, partition).Count;
        }
    }

    private List<EventEnvelope> Events(Topic topic, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Partitions(topic));
        return _events.TryGetValue((topic.Name, partition), out var events) ? events : _events[(topic.Name, partition)] = [];
    }
}
