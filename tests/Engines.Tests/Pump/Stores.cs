using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Tests.Pump;

/// <summary>Views that are away for the first so many calls of one kind.</summary>
internal sealed class FlakyStore(IViewStore inner, string kind, int failures) : PassingStore(inner)
{
    private int _left = failures;

    public int FailuresLeft => Math.Max(0, _left);

    public override ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel)
    {
        Fail("get");
        return base.GetAsync(key, cancel);
    }

    public override ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel)
    {
        Fail("checkpoint");
        return base.CheckpointAsync(topic, partition, cancel);
    }

    public override async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
    {
        await Task.Yield();
        Fail("apply");
        await base.ApplyAsync(changes, checkpoint, cancel);
    }

    private void Fail(string called)
    {
        if (called == kind && Interlocked.Decrement(ref _left) >= 0)
        {
            throw new ViewsUnavailableException("Away.", new IOException());
        }
    }
}

/// <summary>Views that have forgotten how far they are: what a consumer sees that comes back after its rows were written and its checkpoint was not.</summary>
internal sealed class ForgetfulStore(IViewStore inner) : PassingStore(inner)
{
    public override ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ValueTask.FromResult(0L);

    // A store without transactions cannot tell where a batch began: only the stamps protect its rows.
    public override Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel) =>
        base.ApplyAsync(changes, checkpoint with { From = null }, cancel);
}

internal abstract class PassingStore(IViewStore inner) : IViewStore
{
    public virtual ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => inner.GetAsync(key, cancel);

    public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => inner.SliceAsync(slice, cancel);

    public virtual ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => inner.CheckpointAsync(topic, partition, cancel);

    public virtual Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel) =>
        inner.ApplyAsync(changes, checkpoint, cancel);

    public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => inner.WaitForAsync(topic, partition, offset, cancel);
}
