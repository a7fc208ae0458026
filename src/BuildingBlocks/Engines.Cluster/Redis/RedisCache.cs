using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Kilo.Engines.Cluster.Redis;

/// <summary>
/// ASP.NET's distributed cache in Redis: sessions that every process of the portal sees. When a value ends is this process's clock to say; Redis removes it
/// by its own a little sooner or later. (The public package for this knows no clock but the system's, and stores nothing that lives for less than a second.)
/// </summary>
internal sealed class RedisCache(RedisServer server, TimeProvider time) : IDistributedCache
{
    private const string Read = """
        local row = redis.call('HMGET', KEYS[1], 'value', 'expires', 'sliding', 'latest')
        local now = tonumber(ARGV[1])
        if not row[1] or (row[2] and tonumber(row[2]) <= now) then
            return false
        end
        if row[3] then
            local expires = now + tonumber(row[3])
            if row[4] and tonumber(row[4]) < expires then
                expires = tonumber(row[4])
            end
            redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', expires))
            redis.call('PEXPIRE', KEYS[1], string.format('%.0f', expires - now))
        end
        return ARGV[2] == 'value' and row[1] or true
        """;

    private const string Put = """
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'value', ARGV[1])
        for i, name in ipairs({ 'expires', 'sliding', 'latest' }) do
            if ARGV[i + 1] ~= '' then
                redis.call('HSET', KEYS[1], name, ARGV[i + 1])
            end
        end
        if ARGV[5] ~= '' then
            redis.call('PEXPIRE', KEYS[1], ARGV[5])
        end
        """;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        (byte[]?)await server.RunAsync(redis => redis.ScriptEvaluateAsync(Read, [NameOf(key)], [Now, "value"]), token);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        server.RunAsync(redis => redis.ScriptEvaluateAsync(Put, [NameOf(key)], Entry(value, options)), token);

    public Task RefreshAsync(string key, CancellationToken token = default) =>
        server.RunAsync(redis => redis.ScriptEvaluateAsync(Read, [NameOf(key)], [Now, ""]), token);

    public Task RemoveAsync(string key, CancellationToken token = default) => server.RunAsync(redis => redis.KeyDeleteAsync(NameOf(key)), token);

    public byte[]? Get(string key) => (byte[]?)server.Run(redis => redis.ScriptEvaluate(Read, [NameOf(key)], [Now, "value"]));

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => server.Run(redis => redis.ScriptEvaluate(Put, [NameOf(key)], Entry(value, options)));

    public void Refresh(string key) => server.Run(redis => redis.ScriptEvaluate(Read, [NameOf(key)], [Now, ""]));

    public void Remove(string key) => server.Run(redis => redis.KeyDelete(NameOf(key)));

    private RedisValue[] Entry(byte[] value, DistributedCacheEntryOptions options)
    {
        var now = Now;
        var latest = options.AbsoluteExpiration?.ToUnixTimeMilliseconds() ?? (options.AbsoluteExpirationRelativeToNow is { } relative ? now + (long)relative.TotalMilliseconds : null as long?);
        var sliding = (long?)options.SlidingExpiration?.TotalMilliseconds;
        var expires = sliding is { } span ? Math.Min(now + span, latest ?? long.MaxValue) : latest;
        return [value, Number(expires), Number(sliding), Number(latest), Number(expires - now)];
    }

    private static RedisValue Number(long? value) => value is { } number ? number : "";

    private static RedisKey NameOf(string key) => "kilo:cache:" + key;
}
