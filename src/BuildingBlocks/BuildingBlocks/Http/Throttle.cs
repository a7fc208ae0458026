using System.Globalization;
using Microsoft.Extensions.Caching.Distributed;

namespace Kilo.BuildingBlocks.Http;

/// <summary>
/// Counts failed attempts at secrets (passwords, tokens, links) in windows of 15 minutes, shared by all processes through
/// the distributed cache. The count may lag by a few attempts when several processes are tried at once; it never grows too large.
/// </summary>
public sealed class Throttle(IDistributedCache cache, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Refuses with 429 when the key has used up its attempts.</summary>
    /// <param name="scope">What is tried: <c>password</c>, <c>token</c>.</param>
    /// <param name="key">Who tries it.</param>
    /// <param name="limit">Failures per window.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task CheckAsync(string scope, string key, int limit, CancellationToken cancel)
    {
        var (failures, until) = await ReadAsync(scope, key, cancel);
        Refuse(failures >= limit, limit, until);
    }

    /// <summary>Counts a failure, and refuses with 429 when it is one too many.</summary>
    public async Task FailedAsync(string scope, string key, int limit, CancellationToken cancel)
    {
        var (failures, until) = await ReadAsync(scope, key, cancel);
        failures++;
        await cache.SetStringAsync(Name(scope, key), string.Create(CultureInfo.InvariantCulture, $"{failures} {until.ToUnixTimeSeconds()}"),
            new DistributedCacheEntryOptions { AbsoluteExpiration = until }, cancel);
        Refuse(failures > limit, limit, until);
    }

    private static string Name(string scope, string key) => $"throttle:{scope}:{key}";

    private void Refuse(bool refuse, int limit, DateTimeOffset until)
    {
        if (refuse)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling((until - time.GetUtcNow()).TotalSeconds));
            throw new Problem(429, "too-many-attempts", $"More than {limit} failed attempts. Try again in {(seconds + 59) / 60} min.") { RetryAfter = seconds };
        }
    }

    private async Task<(int Failures, DateTimeOffset Until)> ReadAsync(string scope, string key, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var parts = (await cache.GetStringAsync(Name(scope, key), cancel))?.Split(' ');
        if (parts is [var failures, var until] && DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture)) is var end && end > now)
        {
            return (int.Parse(failures, CultureInfo.InvariantCulture), end);
        }
        return (0, now + Window);
    }
}
