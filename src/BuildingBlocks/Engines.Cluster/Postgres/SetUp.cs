namespace Kilo.Engines.Cluster.Postgres;

/// <summary>Work that must be done once before all else, and that the first who needs it does. Where it fails, the next one tries again.</summary>
internal sealed class SetUp : IDisposable
{
    private readonly SemaphoreSlim _doing = new(1);
    private volatile bool _isDone;

    /// <summary>Returns when the work is done.</summary>
    public async ValueTask OnceAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        if (_isDone)
        {
            return;
        }
        await _doing.WaitAsync(cancel);
        try
        {
            if (!_isDone)
            {
                await work(cancel);
                _isDone = true;
            }
        }
        finally
        {
            _doing.Release();
        }
    }

    /// <summary>The same for callers that cannot await.</summary>
    public void Once(Action work)
    {
        if (_isDone)
        {
            return;
        }
        _doing.Wait();
        try
        {
            if (!_isDone)
            {
                work();
                _isDone = true;
            }
        }
        finally
        {
            _doing.Release();
        }
    }

    /// <summary>Somebody has undone it.</summary>
    public void Again() => _isDone = false;

    public void Dispose() => _doing.Dispose();
}
