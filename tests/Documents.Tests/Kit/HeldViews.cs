using Kilo.BuildingBlocks.Views;
using Kilo.Testing.InMemory;

namespace Kilo.Documents.Tests.Kit;

/// <summary>Views of Documents that stop following a topic until they are let go.</summary>
internal sealed class HeldViews : IViewStores
{
    private readonly InMemoryViewStores _views = new();
    private volatile string? _topic;
    private TaskCompletionSource _released = Fresh();

    public IViewStore Open(string module, IReadOnlyCollection<string> tables)
    {
        var store = _views.Open(module, tables);
        return module == "documents" ? new Held(this, store) : store;
    }

    public void Hold(string topic) => _topic = topic;

    public void LetGo()
    {
        _topic = null;
        Interlocked.Exchange(ref _released, Fresh()).SetResult();
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Held(HeldViews owner, IViewStore store) : IViewStore
    {
        public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
        {
            var released = owner._released.Task;
            if (checkpoint.Topic == owner._topic)
            {
                await released.WaitAsync(cancel);
            }
            await store.ApplyAsync(changes, checkpoint, cancel);
        }

        public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => store.GetAsync(key, cancel);

        public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => store.SliceAsync(slice, cancel);

        public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => store.CheckpointAsync(topic, partition, cancel);

        public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => store.WaitForAsync(topic, partition, offset, cancel);
    }
}
