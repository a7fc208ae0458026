using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Testing.Projections;

/// <summary>
/// Views whose checkpoints are lost once: whoever folds them starts at offset 0 again, over the rows that are there.
/// </summary>
internal sealed class Redelivery(IViewStores views) : IViewStores
{
    private readonly ConcurrentDictionary<string, Forgetful> _open = new();

    public IViewStore Open(string module, IReadOnlyCollection<string> tables) => _open.GetOrAdd(module, _ => new Forgetful(views.Open(module, tables)));

    public ValueTask<IViewStore> OpenNextAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) => views.OpenNextAsync(module, tables, cancel);

    public Task ServeNextAsync(string module, CancellationToken cancel) => views.ServeNextAsync(module, cancel);

    /// <summary>Returns when everything that is on the log has come to the module's views once more.</summary>
    public Task DeliveredAsync(string module, Topic topic, IEventLog log) => Eventually.Async($"{topic.Name} to be delivered to {module} again", async () =>
    {
        for (var partition = 0; partition < log.Partitions(topic); partition++)
        {
            if (_open[module].Delivered(topic.Name, partition) < await log.EndAsync(topic, partition, CancellationToken.None))
            {
                return false;
            }
        }
        return true;
    });

    private sealed class Forgetful(IViewStore store) : IViewStore
    {
        private readonly ConcurrentDictionary<(string Topic, int Partition), long> _delivered = new();

        public long Delivered(string topic, int partition) => _delivered.GetValueOrDefault((topic, partition));

        // Until something was delivered, nothing was.
        public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ValueTask.FromResult(Delivered(topic, partition));

        public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
        {
            // Like a store without transactions, which cannot tell that another consumer is ahead: the stamps alone must hold.
            await store.ApplyAsync(changes, checkpoint with { From = null }, cancel);
            _delivered[(checkpoint.Topic, checkpoint.Partition)] = checkpoint.Next;
        }

        public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => store.GetAsync(key, cancel);

        public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => store.SliceAsync(slice, cancel);

        public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => store.WaitForAsync(topic, partition, offset, cancel);
    }
}

/// <summary>The same log, read up to so many events at a time. It is not shared with who reads the log itself: all of it comes to who reads this.</summary>
internal sealed class AtATime(IEventLog log, int most) : IEventLog
{
    public string Epoch => log.Epoch;

    public int Partitions(Topic topic) => log.Partitions(topic);

    public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel) => log.AppendAsync(topic, envelope, cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel) =>
        log.ReadAsync(topic, partition, from, Math.Min(max, most), cancel);

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => log.EndAsync(topic, partition, cancel);

    public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => log.WaitAsync(topic, partition, from, cancel);
}

/// <summary>
/// The same log after its compacted topics were compacted: of each key only the last event is left. The offsets in between are gaps.
/// </summary>
internal sealed class Compacted(IEventLog log) : IEventLog
{
    public string Epoch => log.Epoch;

    public int Partitions(Topic topic) => log.Partitions(topic);

    public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel) => log.AppendAsync(topic, envelope, cancel);

    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
    {
        if (!topic.Compacted)
        {
            return await log.ReadAsync(topic, partition, from, max, cancel);
        }
        var all = await log.ReadAllAsync(topic, partition, cancel);
        var last = all.GroupBy(e => e.Event.Key).Select(g => g.Last().Position.Offset).ToHashSet();
        return [.. all.Where(e => e.Position.Offset >= from && last.Contains(e.Position.Offset)).Take(max)];
    }

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => log.EndAsync(topic, partition, cancel);

    public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => log.WaitAsync(topic, partition, from, cancel);
}
