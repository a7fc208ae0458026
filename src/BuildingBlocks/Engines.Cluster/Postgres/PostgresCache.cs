using Kilo.BuildingBlocks.Http;
using Microsoft.Extensions.Caching.Distributed;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>ASP.NET's distributed cache as a table: sessions that every process of the portal sees.</summary>
internal sealed class PostgresCache(PostgresServer server, TimeProvider time) : IDistributedCache, IDisposable
{
    private static readonly string Create = PostgresServer.SetUp("kilo", """
        CREATE TABLE IF NOT EXISTS kilo.cache(key text PRIMARY KEY, value bytea NOT NULL, expires bigint NOT NULL, sliding bigint, latest bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS cache_expires ON kilo.cache(expires);
        """);

    private const string Read = "SELECT value, sliding IS NOT NULL FROM kilo.cache WHERE key=$1 AND expires>$2";

    private const string Put = """
        INSERT INTO kilo.cache VALUES($1, $2, $3, $4, $5) ON CONFLICT (key) DO UPDATE
        SET value=excluded.value, expires=excluded.expires, sliding=excluded.sliding, latest=excluded.latest
        """;

    private const string Slide = "UPDATE kilo.cache SET expires=least(latest, $2+sliding) WHERE key=$1 AND sliding IS NOT NULL AND expires>$2";
    private const string Delete = "DELETE FROM kilo.cache WHERE key=$1";
    private const string Sweep = "DELETE FROM kilo.cache WHERE expires<=$1";
    private const long SweepInterval = 60_000;

    private readonly SetUp _setUp = new();
    private long _swept;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) => await GuardAsync(async () =>
    {
        await using var select = Command(Read, Text(key), Number(Now));
        byte[] value;
        await using (var row = await select.ExecuteReaderAsync(token))
        {
            if (!await row.ReadAsync(token))
            {
                return null;
            }
            value = row.GetFieldValue<byte[]>(0);
            if (!row.GetBoolean(1))
            {
                return value;
            }
        }
        await RunAsync(Slide, [Text(key), Number(Now)], token);
        return value;
    }, token);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => GuardAsync(async () =>
    {
        await RunAsync(Put, Entry(key, value, options), token);
        if (SweepIsDue())
        {
            await RunAsync(Sweep, [Number(Now)], token);
        }
        return true;
    }, token);

    public Task RefreshAsync(string key, CancellationToken token = default) => GuardAsync(() => RunAsync(Slide, [Text(key), Number(Now)], token), token);

    public Task RemoveAsync(string key, CancellationToken token = default) => GuardAsync(() => RunAsync(Delete, [Text(key)], token), token);

    public byte[]? Get(string key) => Guard(() =>
    {
        using var select = Command(Read, Text(key), Number(Now));
        byte[] value;
        using (var row = select.ExecuteReader())
        {
            if (!row.Read())
            {
                return null;
            }
            value = row.GetFieldValue<byte[]>(0);
            if (!row.GetBoolean(1))
            {
                return value;
            }
        }
        Run(Slide, Text(key), Number(Now));
        return value;
    });

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Guard(() =>
    {
        Run(Put, Entry(key, value, options));
        return SweepIsDue() && Run(Sweep, Number(Now));
    });

    public void Refresh(string key) => Guard(() => Run(Slide, Text(key), Number(Now)));

    public void Remove(string key) => Guard(() => Run(Delete, Text(key)));

    private NpgsqlParameter[] Entry(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        var now = Now;
        var latest = options.AbsoluteExpiration?.ToUnixTimeMilliseconds()
            ?? (options.AbsoluteExpirationRelativeToNow is { } relative ? now + (long)relative.TotalMilliseconds : long.MaxValue);
        var sliding = (long?)options.SlidingExpiration?.TotalMilliseconds;
        return
        [
            Text(key), new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea }, Number(sliding is { } span ? Math.Min(latest, now + span) : latest), Number(sliding), Number(latest),
        ];
    }

    private bool SweepIsDue()
    {
        var (now, swept) = (Now, Volatile.Read(ref _swept));
        return now - swept > SweepInterval && Interlocked.CompareExchange(ref _swept, now, swept) == swept;
    }

    private async Task<bool> RunAsync(string sql, NpgsqlParameter[] values, CancellationToken cancel)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    private bool Run(string sql, params NpgsqlParameter[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery() > 0;
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] values)
    {
        var command = server.Source.CreateCommand(sql);
        command.Parameters.AddRange(values);
        return command;
    }

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Number(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private async Task<TResult> GuardAsync<TResult>(Func<Task<TResult>> work, CancellationToken cancel)
    {
        try
        {
            await _setUp.OnceAsync(token => RunAsync(Create, [], token), cancel);
            return await work();
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    private TResult Guard<TResult>(Func<TResult> work)
    {
        try
        {
            _setUp.Once(() => Run(Create));
            return work();
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    private SessionsUnavailableException Unavailable(Exception e)
    {
        if (e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
        {
            _setUp.Again();
        }
        return new SessionsUnavailableException("Sessions could not be read or written.", e);
    }

    public void Dispose() => _setUp.Dispose();
}
