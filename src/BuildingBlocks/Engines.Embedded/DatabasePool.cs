using System.Collections.Concurrent;

namespace Kilo.Engines.Embedded;

/// <summary>Connections for readers: as many as read at once, then kept.</summary>
/// <param name="path">The file.</param>
/// <param name="cacheKiB">Memory for pages, each.</param>
/// <param name="mappedMiB">How much of the file is mapped: read where the operating system has it, without a copy and a call per page.</param>
internal sealed class DatabasePool(string path, int cacheKiB, int mappedMiB = 0) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _closed;

    public TResult Read<TResult>(Func<Database, TResult> read)
    {
        var database = Take();
        try
        {
            return read(database);
        }
        finally
        {
            GiveBack(database);
        }
    }

    /// <summary>A connection for what does not end within one call. It has to be given back.</summary>
    public Database Take() => _idle.TryTake(out var idle) ? idle : Open();

    public void GiveBack(Database database)
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

    private Database Open()
    {
        var database = new Database(path, durable: false, cacheKiB);
        if (mappedMiB > 0)
        {
            database.Execute($"PRAGMA mmap_size={(long)mappedMiB << 20}");
        }
        return database;
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
