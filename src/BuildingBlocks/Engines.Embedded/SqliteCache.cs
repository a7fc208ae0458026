using Microsoft.Extensions.Caching.Distributed;

namespace Kilo.Engines.Embedded;

/// <summary>
/// ASP.NET's distributed cache in a SQLite file: survives a restart, shared by the processes on one data directory.
/// Not fsynced: a power cut may forget the last moments, which signs somebody out at worst.
/// </summary>
internal sealed class SqliteCache : IDistributedCache, IDisposable
{
    private readonly Database _database;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private long _swept;

    public SqliteCache(string path, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        (_database, _time) = (new Database(path, durable: false), time);
        _database.Execute("CREATE TABLE IF NOT EXISTS entry(key TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER NOT NULL, sliding INTEGER, latest INTEGER) WITHOUT ROWID");
        _database.Execute("CREATE INDEX IF NOT EXISTS entry_expires ON entry(expires)");
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public byte[]? Get(string key)
    {
        lock (_lock)
        {
            using (var select = _database.Prepare("SELECT value, sliding FROM entry WHERE key=?1 AND expires>?2").Bind(1, key).Bind(2, Now))
            {
                if (!select.Step())
                {
                    return null;
                }
                var value = select.Bytes(0);
                if (select.IsNull(1))
                {
                    return value;
                }
                select.Dispose();
                Slide(key);
                return value;
            }
        }
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        var now = Now;
        var latest = options.AbsoluteExpiration?.ToUnixTimeMilliseconds()
            ?? (options.AbsoluteExpirationRelativeToNow is { } relative ? now + (long)relative.TotalMilliseconds : long.MaxValue);
        var sliding = (long?)options.SlidingExpiration?.TotalMilliseconds;
        lock (_lock)
        {
            var put = _database.Prepare("INSERT OR REPLACE INTO entry VALUES(?1, ?2, ?3, ?4, ?5)");
            put.Bind(1, key).Bind(2, value).Bind(3, sliding is { } s ? Math.Min(latest, now + s) : latest).Bind(5, latest);
            (sliding is { } span ? put.Bind(4, span) : put.BindNull(4)).Run();
            if (now - _swept > 60_000)
            {
                _swept = now;
                _database.Prepare("DELETE FROM entry WHERE expires<=?1").Bind(1, now).Run();
            }
        }
    }

    public void Refresh(string key)
    {
        lock (_lock)
        {
            Slide(key);
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            _database.Prepare("DELETE FROM entry WHERE key=?1").Bind(1, key).Run();
        }
    }

    private void Slide(string key) =>
        _database.Prepare("UPDATE entry SET expires=min(latest, ?2+sliding) WHERE key=?1 AND sliding IS NOT NULL AND expires>?2").Bind(1, key).Bind(2, Now).Run();

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Set(key, value, options);
        return Task.CompletedTask;
    }

    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        Refresh(key);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        Remove(key);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _database.Dispose();
        }
    }
}
