using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Engines.Tests.Pump;

/// <summary>A log that takes nothing for one topic, so many times.</summary>
internal sealed class LogWithoutTopic(IEventLog inner, string topic, int failures) : IEventLog
{
    private int _left = failures;

    public int FailuresLeft => Math.Max(0, _left);

    public string Epoch => inner.Epoch;

    public int Partitions(Topic topic) => inner.Partitions(topic);

    public Task<LogPosition> AppendAsync(Topic to, EventEnvelope envelope, CancellationToken cancel) =>
        to.Name == topic && Interlocked.Decrement(ref _left) >= 0 ? throw new LogUnavailableException("It is away.") : inner.AppendAsync(to, envelope, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel) =>
        inner.ReadAsync(topic, partition, from, max, cancel);

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => inner.EndAsync(topic, partition, cancel);

    public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => inner.WaitAsync(topic, partition, from, cancel);

    public Task ShareAsync(string group, Topic topic, Func<int, CancellationToken, Task> work, CancellationToken cancel) => inner.ShareAsync(group, topic, work, cancel);
}
