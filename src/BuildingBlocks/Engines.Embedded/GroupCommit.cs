using System.Collections.Concurrent;
using System.Diagnostics;
using Kilo.BuildingBlocks.Metrics;

namespace Kilo.Engines.Embedded;

/// <summary>
/// Turns many small durable writes into few fsyncs: while one commit runs, the next writers gather; then they all share one.
/// A lone writer waits for nobody. (Group commit, as databases have done it since Gawlick and Kinkade, 1985.)
/// </summary>
internal sealed class GroupCommit<TItem, TResult> : IDisposable
{
    private const int LargestGroup = 512;

    private sealed class Pending(TItem item) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item => item;
        public TResult Result { get; set; } = default!;
    }

    private readonly BlockingCollection<Pending> _queue = [];
    private readonly Action<IReadOnlyList<TItem>, Action<int, TResult>> _commit;
    private readonly Func<Exception, Exception> _failure;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly Thread _thread;

    /// <param name="name">For the thread and the metric.</param>
    /// <param name="commit">Writes all items durably or throws; says each item's result by its index.</param>
    /// <param name="failure">What the writers of a failed group get to see.</param>
    public GroupCommit(string name, Action<IReadOnlyList<TItem>, Action<int, TResult>> commit, Func<Exception, Exception> failure)
    {
        (_commit, _failure, _tag) = (commit, failure, new("engine", name));
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Returns when the item is durable.</summary>
    /// <exception cref="ObjectDisposedException">The process is stopping.</exception>
    public Task<TResult> WriteAsync(TItem item, CancellationToken cancel)
    {
        var pending = new Pending(item);
        try
        {
            _queue.Add(pending, cancel);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(_thread.Name);
        }
        return pending.Task.WaitAsync(cancel);
    }

    private void Run()
    {
        var group = new List<Pending>(LargestGroup);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < LargestGroup && _queue.TryTake(out var next))
            {
                group.Add(next);
            }
            try
            {
                var started = Stopwatch.GetTimestamp();
                _commit([.. group.Select(p => p.Item)], (i, result) => group[i].Result = result);
                KiloMeter.GroupCommit.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _tag);
                group.ForEach(p => p.TrySetResult(p.Result));
            }
            catch (Exception e)
            {
                var failure = _failure(e);
                group.ForEach(p => p.TrySetException(failure));
            }
        }
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }
}
