using System.Collections.Concurrent;
using System.Text;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Testing.InMemory;

/// <summary>One <see cref="InMemoryViewStore"/> per module and generation.</summary>
public sealed class InMemoryViewStores() : ViewGenerations(TimeSpan.FromMilliseconds(20))
{
    private readonly ConcurrentDictionary<string, int> _serving = [];

    /// <inheritdoc />
    protected override ValueTask<int> ServingAsync(string module, CancellationToken cancel) => ValueTask.FromResult(_serving.GetValueOrDefault(module));

    /// <inheritdoc />
    protected override IViewStore OpenGeneration(string module, int generation, IReadOnlyCollection<string> tables) => new InMemoryViewStore(tables);

    /// <inheritdoc />
    protected override Task ServeAsync(string module, int generation, CancellationToken cancel)
    {
        _serving[module] = generation;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task DropAsync(string module, int generation, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>Wide rows as sorted dictionaries: what <see cref="IViewStore"/> promises, in the fewest words.</summary>
public sealed class InMemoryViewStore : IViewStore
{
    private sealed record Cell(byte[]? Body, long Stamp);

    private static readonly Comparer<string> Utf8 =
        Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    private readonly Dictionary<string, Dictionary<string, SortedDictionary<string, Cell>>> _tables;
    private readonly Dictionary<(string Topic, int Partition), long> _checkpoints = [];
    private readonly Lock _lock = new();
    private readonly Signal _applied = new();

    /// <param name="tables">Every table that will be used.</param>
    public InMemoryViewStore(IEnumerable<string> tables) =>
        _tables = tables.ToDictionary(t => t, _ => new Dictionary<string, SortedDictionary<string, Cell>>());

    /// <inheritdoc />
    public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(Partition(key.Table, key.Partition).TryGetValue(key.Sort, out var cell) ? Row(key.Sort, cell) : null);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel)
    {
        lock (_lock)
        {
            var rows = Partition(slice.Table, slice.Partition)
                .Where(r => Utf8.Compare(r.Key, slice.From) >= 0 && (slice.To is null || Utf8.Compare(r.Key, slice.To) < 0))
                .Select(r => Row(r.Key, r.Value)).OfType<ViewRow>();
            return ValueTask.FromResult<IReadOnlyList<ViewRow>>([.. (slice.Descending ? rows.Reverse() : rows).Take(slice.Limit)]);
        }
    }

    /// <inheritdoc />
    public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ValueTask.FromResult(Next(topic, partition));

    /// <inheritdoc />
    public Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (cancel.IsCancellationRequested)
        {
            return Task.FromCanceled(cancel);
        }
        lock (_lock)
        {
            if (checkpoint.From is { } from && _checkpoints.GetValueOrDefault((checkpoint.Topic, checkpoint.Partition)) != from)
            {
                return Task.FromException(new CheckpointMovedException());
            }
            foreach (var (key, body, stamp) in changes)
            {
                var rows = Partition(key.Table, key.Partition);
                if (!rows.TryGetValue(key.Sort, out var cell) || cell.Stamp <= stamp)
                {
                    // A deleted row stays as a stamp without a body, so that an older write cannot bring it back.
                    rows[key.Sort] = new Cell(body?.ToArray(), stamp);
                }
            }
            var source = (checkpoint.Topic, checkpoint.Partition);
            _checkpoints[source] = Math.Max(_checkpoints.GetValueOrDefault(source), checkpoint.Next);
        }
        _applied.Changed();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel)
    {
        while (true)
        {
            var applied = _applied.Next;
            if (Next(topic, partition) > offset)
            {
                return;
            }
            await applied.WaitAsync(cancel);
        }
    }

    private static ViewRow? Row(string sort, Cell cell) => cell.Body is null ? null : new ViewRow(sort, cell.Body, cell.Stamp);

    private SortedDictionary<string, Cell> Partition(string table, string partition) =>
        _tables[table].TryGetValue(partition, out var rows) ? rows : _tables[table][partition] = new(Utf8);

    private long Next(string topic, int partition)
    {
        lock (_lock)
        {
            return _checkpoints.GetValueOrDefault((topic, partition));
        }
    }
}
