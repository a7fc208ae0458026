using System.Collections.Concurrent;

namespace Kilo.Engines.Embedded;

/// <summary>Connections for readers: as many as read at once, then kept.</summary>
internal sealed class DatabasePool(string path, int cacheKiB) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _closed;

    public TResult Read<TResult>(Func<Database, TResult> read)
    {
        var database = _idle.TryTake(out var idle) ? idle : new Database(path, durable: false, cacheKiB);
        try
        {
            return read(database);
        }
        finally
        {
            if (_closed)
            {
                database.Dispose();
            }
            else
            {
                _idle.Add(database);
            }
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var database))
        {
            database.Dispose();
        }
    }
}
