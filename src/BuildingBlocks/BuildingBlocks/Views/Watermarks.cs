using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Views;

/// <summary>
/// Lets callers wait until a number that only grows has passed a bound: for engines, whose checkpoints and ends of partitions are such numbers.
/// This process raises it at once; what another process did is found by looking, only while somebody waits.
/// </summary>
/// <param name="read">The number as it is stored.</param>
/// <param name="interval">How often to look.</param>
public sealed class Watermarks(Func<string, CancellationToken, ValueTask<long>> read, TimeSpan interval) : IDisposable
{
    private sealed class Waiter(string key, long bound) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Key => key;
        public long Bound => bound;
    }

    private readonly List<Waiter> _waiters = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _looking;

    /// <summary>Returns when the number is greater than the bound.</summary>
    public async Task WaitAsync(string key, long bound, CancellationToken cancel)
    {
        var waiter = new Waiter(key, bound);
        lock (_waiters)
        {
            _waiters.Add(waiter);
            if (!_looking)
            {
                _looking = true;
                _ = LookAsync();
            }
        }
        try
        {
            // After the waiter is listed, so that a raise between a caller's own check and here is not missed.
            if (await read(key, cancel) <= bound)
            {
                await waiter.Task.WaitAsync(cancel);
            }
        }
        finally
        {
            Remove(waiter);
        }
    }

    /// <summary>The number is now this.</summary>
    public void Raise(string key, long value)
    {
        lock (_waiters)
        {
            foreach (var waiter in _waiters)
            {
                if (waiter.Bound < value && waiter.Key == key)
                {
                    waiter.TrySetResult();
                }
            }
        }
    }

    private async Task LookAsync()
    {
        // Taken once: a source that was disposed of has no token to give.
        var stop = _stop.Token;
        while (true)
        {
            await Task.Delay(interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            string[] keys;
            lock (_waiters)
            {
                if (_waiters.Count == 0 || stop.IsCancellationRequested)
                {
                    _looking = false;
                    return;
                }
                keys = [.. _waiters.Select(w => w.Key).Distinct()];
            }
            foreach (var key in keys)
            {
                try
                {
                    Raise(key, await read(key, stop));
                }
                catch (Exception e) when (e is LogUnavailableException or ViewsUnavailableException or OperationCanceledException)
                {
                    // Busy or away: the next look tries again.
                }
            }
        }
    }

    private void Remove(Waiter waiter)
    {
        lock (_waiters)
        {
            _waiters.Remove(waiter);
        }
    }

    /// <summary>Looks no more. Who waits still does until cancelled.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
