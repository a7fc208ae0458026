using Kilo.BuildingBlocks.Views;

namespace Kilo.Testing;

/// <summary>Views of one module that stop following a topic until they are let go.</summary>
/// <param name="module">Whose views. All others are left alone.</param>
public sealed class HeldViews(string module)
{
    private volatile string? _topic;
    private volatile string? _table;
    private TaskCompletionSource _released = Fresh();

    /// <summary>These views over an engine's.</summary>
    public IViewStores Over(IViewStores engine) => new Stores(this, engine);

    /// <summary>From now on nothing of the topic is folded.</summary>
    public void Hold(string topic) => _topic = topic;

    /// <summary>Everything is folded again.</summary>
    public void LetGo()
    {
        _topic = null;
        Interlocked.Exchange(ref _released, Fresh()).SetResult();
    }

    /// <summary>
    /// Lets go the moment somebody looks for a row of the table and finds none, and answers "none" when the row is there: its fact
    /// was folded between this look and whatever the one who looked does next.
    /// </summary>
    public void LetGoBehind(string table) => _table = table;

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Stores(HeldViews owner, IViewStores engine) : IViewStores
    {
        public IViewStore Open(string module, IReadOnlyCollection<string> tables)
        {
            var store = engine.Open(module, tables);
            return module == owner.Module ? new Held(owner, store) : store;
        }

        public ValueTask<IViewStore> OpenNextAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) => engine.OpenNextAsync(module, tables, cancel);

        public Task ServeNextAsync(string module, CancellationToken cancel) => engine.ServeNextAsync(module, cancel);
    }

    private string Module => module;

    private sealed class Held(HeldViews owner, IViewStore store) : IViewStore
    {
        public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
        {
            var released = Volatile.Read(ref owner._released).Task;
            if (checkpoint.Topic == owner._topic)
            {
                await released.WaitAsync(cancel);
            }
            await store.ApplyAsync(changes, checkpoint, cancel);
        }

        public async ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel)
        {
            var row = await store.GetAsync(key, cancel);
            if (row is null && key.Table == owner._table && Interlocked.Exchange(ref owner._table, null) is not null)
            {
                owner.LetGo();
                await Eventually.Async($"the row of {key.Table} to be folded", async () => await store.GetAsync(key, cancel) is not null);
            }
            return row;
        }

        public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => store.SliceAsync(slice, cancel);

        public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => store.CheckpointAsync(topic, partition, cancel);

        public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => store.WaitForAsync(topic, partition, offset, cancel);
    }
}
