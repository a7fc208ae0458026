using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Http;

namespace Kilo.Reporting.AskSql;

/// <summary>The statements that run in this process: so many at a time and no more, so that they leave something to those who fold and to the other reports.</summary>
internal sealed class RunningSql
{
    private const int Most = 4;

    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = [];

    /// <summary>A statement begins.</summary>
    /// <exception cref="Problem">409: one of that id runs. 503: too many run.</exception>
    public Run Begin(Guid id, CancellationToken cancel)
    {
        if (_running.Count >= Most)
        {
            throw new Problem(503, "sql-busy", $"{Most} statements run already. Try again when one has ended.") { RetryAfter = 2 };
        }
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (_running.TryAdd(id, source))
        {
            return new Run(this, id, source);
        }
        source.Dispose();
        throw new Problem(409, "sql-running", "A statement of this id runs already.");
    }

    /// <summary>Ends one; false when none of that id runs here.</summary>
    public bool Cancel(Guid id)
    {
        if (!_running.TryGetValue(id, out var source))
        {
            return false;
        }
        try
        {
            source.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in between.
            return false;
        }
    }

    internal sealed class Run(RunningSql running, Guid id, CancellationTokenSource source) : IDisposable
    {
        public CancellationToken Cancelled { get; } = source.Token;

        public void Dispose()
        {
            running._running.TryRemove(id, out _);
            source.Dispose();
        }
    }
}
