using Kilo.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Cache;

/// <summary>What Kilo expects of an <see cref="IDistributedCache"/>.</summary>
public abstract class DistributedCacheContract(Storage<IDistributedCache> storage, ManualTime time) : IAsyncLifetime
{
    private static readonly DistributedCacheEntryOptions ForEver = new();

    private readonly IDistributedCache _cache = storage.Open();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => storage.DisposeAsync().AsTask();

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task A_value_reads_back(int size)
    {
        var value = new byte[size];
        new Random(size).NextBytes(value);

        await _cache.SetAsync("Ω'\"; key", value, ForEver);

        (await _cache.GetAsync("Ω'\"; key")).ShouldBe(value);
        _cache.Get("Ω'\"; key").ShouldBe(value);
    }

    [SkippableFact]
    public async Task What_was_never_set_is_null_and_can_be_refreshed_and_removed()
    {
        (await _cache.GetAsync("missing")).ShouldBeNull();
        await _cache.RefreshAsync("missing");
        await _cache.RemoveAsync("missing");
        (await _cache.GetAsync("missing")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_later_value_replaces_an_earlier_one_with_its_expiry()
    {
        await _cache.SetAsync("key", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        await _cache.SetAsync("key", [2], ForEver);
        time.Advance(TimeSpan.FromHours(1));

        (await _cache.GetAsync("key")).ShouldBe([2]);
    }

    [SkippableFact]
    public async Task A_removed_value_is_gone()
    {
        await _cache.SetAsync("key", [1], ForEver);
        await _cache.RemoveAsync("key");

        (await _cache.GetAsync("key")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_value_expires_after_its_time()
    {
        await _cache.SetAsync("relative", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(10) });
        await _cache.SetAsync("absolute", [1], new() { AbsoluteExpiration = time.Now.AddMinutes(10) });

        time.Advance(TimeSpan.FromMinutes(9));
        (await _cache.GetAsync("relative")).ShouldNotBeNull();
        (await _cache.GetAsync("absolute")).ShouldNotBeNull();

        time.Advance(TimeSpan.FromMinutes(1));
        (await _cache.GetAsync("relative")).ShouldBeNull();
        (await _cache.GetAsync("absolute")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_sliding_value_lives_as_long_as_it_is_used()
    {
        await _cache.SetAsync("read", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(10) });
        await _cache.SetAsync("refreshed", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(10) });
        await _cache.SetAsync("unused", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(10) });

        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromMinutes(9));
            (await _cache.GetAsync("read")).ShouldNotBeNull();
            await _cache.RefreshAsync("refreshed");
        }

        (await _cache.GetAsync("refreshed")).ShouldNotBeNull();
        (await _cache.GetAsync("unused")).ShouldBeNull();
        time.Advance(TimeSpan.FromMinutes(11));
        (await _cache.GetAsync("read")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Sliding_never_goes_beyond_the_absolute_end()
    {
        await _cache.SetAsync("key", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(10), AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(15) });

        time.Advance(TimeSpan.FromMinutes(9));
        (await _cache.GetAsync("key")).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(7));
        (await _cache.GetAsync("key")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Refreshing_does_not_bring_an_expired_value_back()
    {
        await _cache.SetAsync("key", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(10) });
        time.Advance(TimeSpan.FromMinutes(11));

        await _cache.RefreshAsync("key");

        (await _cache.GetAsync("key")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Sixteen_users_at_once_see_whole_values_of_their_own()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(user => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var value = Enumerable.Repeat((byte)i, 100).ToArray();
                await _cache.SetAsync("user-" + user, value, ForEver);
                await _cache.SetAsync("shared", value, ForEver);
                (await _cache.GetAsync("user-" + user)).ShouldBe(value);
                (await _cache.GetAsync("shared")).ShouldNotBeNull().Distinct().Count().ShouldBe(1);
            }
        })));
    }

    [SkippableFact]
    public async Task After_a_crash_the_values_are_there()
    {
        storage.MustSurviveReopening();
        await _cache.SetAsync("key", [1, 2, 3], new() { SlidingExpiration = TimeSpan.FromMinutes(10) });

        storage.Crash();
        var cache = storage.Open();

        (await cache.GetAsync("key")).ShouldBe([1, 2, 3]);
        time.Advance(TimeSpan.FromMinutes(11));
        (await cache.GetAsync("key")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Processes_share_their_values()
    {
        storage.MustSurviveReopening();
        var other = storage.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => (i % 2 == 0 ? _cache : other).SetAsync("key-" + i, [(byte)i], ForEver))));

        for (var i = 0; i < 100; i++)
        {
            (await (i % 2 == 0 ? other : _cache).GetAsync("key-" + i)).ShouldBe([(byte)i]);
        }
        await _cache.RemoveAsync("key-7");
        (await other.GetAsync("key-7")).ShouldBeNull();
    }
}

public sealed class MemoryDistributedCacheTests : DistributedCacheContract
{
    public MemoryDistributedCacheTests() : this(new ManualTime()) { }

    private MemoryDistributedCacheTests(ManualTime time)
        : base(new InMemoryStorage<IDistributedCache>(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { Clock = new Clock(time) }))), time) { }

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}

public sealed class EmbeddedCacheTests : DistributedCacheContract
{
    public EmbeddedCacheTests() : this(new ManualTime()) { }

    private EmbeddedCacheTests(ManualTime time) : base(Embedded.Cache(time), time) { }
}
