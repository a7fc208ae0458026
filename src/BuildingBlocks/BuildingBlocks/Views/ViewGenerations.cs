using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Views;

/// <summary>
/// What every engine's view stores have in common: a module's views are a generation, named by a number, and a rebuild folds the next one beside the one that
/// is served. Every process looks now and then which one that is, and goes over to it while it runs.
/// </summary>
/// <param name="lookInterval">How often a process looks.</param>
public abstract class ViewGenerations(TimeSpan lookInterval) : IViewStores, IDisposable
{
    private readonly TimeSpan _lookInterval = lookInterval;
    private readonly ConcurrentDictionary<string, Served> _served = [];
    private readonly Dictionary<(string Module, int Generation), IViewStore> _open = [];

    /// <inheritdoc />
    public virtual string? Place => null;

    /// <inheritdoc />
    public IViewStore Open(string module, IReadOnlyCollection<string> tables) =>
        _served.GetOrAdd(module, _ => new Served(this, module, tables));

    /// <inheritdoc />
    public async ValueTask<IViewStore> OpenNextAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) =>
        Generation(module, await ServingAsync(module, cancel) + 1, tables);

    /// <inheritdoc />
    public async Task ServeNextAsync(string module, CancellationToken cancel)
    {
        var next = await ServingAsync(module, cancel) + 1;
        await ServeAsync(module, next, cancel);
        // By then every process that uses the views has looked. What it reads at this moment, it still reads from the old ones.
        await Task.Delay(_lookInterval * 4, cancel);
        await DropAsync(module, next - 1, cancel);
    }

    /// <summary>The generation that is served; 0 at first.</summary>
    /// <exception cref="ViewsUnavailableException">It cannot be asked for now.</exception>
    protected abstract ValueTask<int> ServingAsync(string module, CancellationToken cancel);

    /// <summary>A generation's store, its tables created.</summary>
    protected abstract IViewStore OpenGeneration(string module, int generation, IReadOnlyCollection<string> tables);

    /// <summary>From now on this generation is served; durable.</summary>
    protected abstract Task ServeAsync(string module, int generation, CancellationToken cancel);

    /// <summary>Deletes a generation that is not served any more.</summary>
    protected abstract Task DropAsync(string module, int generation, CancellationToken cancel);

    /// <summary>The store of the generation that is served at this moment.</summary>
    protected async ValueTask<IViewStore> ServedAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) =>
        Generation(module, await ServingAsync(module, cancel), tables);

    private IViewStore Generation(string module, int generation, IReadOnlyCollection<string> tables)
    {
        lock (_open)
        {
            try
            {
                return _open.TryGetValue((module, generation), out var store) ? store : _open[(module, generation)] = OpenGeneration(module, generation, tables);
            }
            catch (LogUnavailableException e)
            {
                throw new ViewsUnavailableException("It is not known yet which log the views belong to.", e);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes every store.</summary>
    protected virtual void Dispose(bool disposing)
    {
        lock (_open)
        {
            foreach (var store in _open.Values)
            {
                (store as IDisposable)?.Dispose();
            }
            _open.Clear();
        }
    }

    // Stores are closed a while after another one took their place: what began on them ends on them.
    private async Task CloseAsync(string module, int generation)
    {
        await Task.Delay(TimeSpan.FromSeconds(30));
        lock (_open)
        {
            if (_open.Remove((module, generation), out var store))
            {
                (store as IDisposable)?.Dispose();
            }
        }
    }

    private sealed class Served(ViewGenerations generations, string module, IReadOnlyCollection<string> tables) : IViewStore
    {
        private sealed record Current(int Generation, IViewStore Store);

        // The generation that each source was last folded into here.
        private readonly ConcurrentDictionary<(string Topic, int Partition), int> _folded = [];
        private volatile Current? _current;
        private long _lookAt;

        public async Task PrepareAsync(CancellationToken cancel) => await (await CurrentAsync(cancel)).Store.PrepareAsync(cancel);

        public async ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => await (await CurrentAsync(cancel)).Store.GetAsync(key, cancel);

        public async ValueTask<IReadOnlyList<ViewRow?>> GetManyAsync(IReadOnlyList<RowKey> keys, CancellationToken cancel) => await (await CurrentAsync(cancel)).Store.GetManyAsync(keys, cancel);

        public async ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => await (await CurrentAsync(cancel)).Store.SliceAsync(slice, cancel);

        public async ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel)
        {
            var current = await CurrentAsync(cancel);
            _folded.TryAdd((topic, partition), current.Generation);
            return await current.Store.CheckpointAsync(topic, partition, cancel);
        }

        public async ValueTask<IReadOnlyList<long>> CheckpointsAsync(string topic, int partitions, CancellationToken cancel) =>
            await (await CurrentAsync(cancel)).Store.CheckpointsAsync(topic, partitions, cancel);

        public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
        {
            var current = await CurrentAsync(cancel);
            var source = (checkpoint.Topic, checkpoint.Partition);
            if (_folded.GetOrAdd(source, current.Generation) != current.Generation)
            {
                // What was folded started from rows of the generation before.
                _folded[source] = current.Generation;
                throw new CheckpointMovedException();
            }
            await current.Store.ApplyAsync(changes, checkpoint, cancel);
        }

        public async Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel)
        {
            while (true)
            {
                var current = await CurrentAsync(cancel);
                // A generation that is not folded any more would be waited for in vain.
                using var look = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                look.CancelAfter(generations._lookInterval);
                try
                {
                    await current.Store.WaitForAsync(topic, partition, offset, look.Token);
                    return;
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                }
            }
        }

        private ValueTask<Current> CurrentAsync(CancellationToken cancel) =>
            _current is { } current && Environment.TickCount64 < Volatile.Read(ref _lookAt) ? ValueTask.FromResult(current) : LookAsync(cancel);

        private async ValueTask<Current> LookAsync(CancellationToken cancel)
        {
            var before = _current;
            if (before is not null)
            {
                // One looks; the others go on meanwhile.
                Volatile.Write(ref _lookAt, Environment.TickCount64 + (long)generations._lookInterval.TotalMilliseconds);
            }
            var serving = await generations.ServingAsync(module, cancel);
            if (before?.Generation == serving)
            {
                return before;
            }
            var current = new Current(serving, generations.Generation(module, serving, tables));
            if (Interlocked.CompareExchange(ref _current, current, before) == before && before is not null)
            {
                _ = generations.CloseAsync(module, before.Generation);
            }
            Volatile.Write(ref _lookAt, Environment.TickCount64 + (long)generations._lookInterval.TotalMilliseconds);
            return _current!;
        }
    }
}
