using System.Security.Cryptography;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Tests.Postgres;
using Kilo.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Cache;

public sealed class PostgresCacheTests : DistributedCacheContract
{
    public PostgresCacheTests() : this(new ManualTime()) { }

    private PostgresCacheTests(ManualTime time) : base(PostgresStorage.Cache(time), time) { }
}

/// <summary>What sessions in PostgreSQL promise beyond their ports.</summary>
public sealed class PostgresSessionsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly PostgresStorage<IServiceProvider> _storage;

    public PostgresSessionsTests() => _storage = PostgresStorage.Sessions(_time);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Processes_that_start_at_the_same_moment_read_what_the_others_encrypted()
    {
        var processes = Enumerable.Range(0, 6).Select(_ => Protector(_storage.Open())).ToArray();

        var encrypted = await Task.WhenAll(processes.Select(p => Task.Factory.StartNew(
            () => p.Protect([1, 2, 3]), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        foreach (var process in processes)
        {
            encrypted.ShouldAllBe(bytes => process.Unprotect(bytes).SequenceEqual(new byte[] { 1, 2, 3 }));
        }
        // By the very same key: that processes read theirs again for each other is a favour for their first two minutes only.
        encrypted.Select(bytes => Convert.ToHexString(bytes[4..20])).Distinct().ShouldHaveSingleItem();
        Protector(_storage.Open()).Unprotect(encrypted[0]).ShouldBe([1, 2, 3]);
    }

    [SkippableFact]
    public async Task A_server_that_is_not_there_yet_is_used_once_it_is()
    {
        using var relay = _storage.Relay();
        var process = _storage.OpenThrough(relay);
        var (cache, protector) = (process.GetRequiredService<IDistributedCache>(), Protector(process));
        var ready = process.GetServices<IReadinessCheck>().ShouldHaveSingleItem();
        await Should.ThrowAsync<SessionsUnavailableException>(() => cache.GetAsync("key"));
        await Should.ThrowAsync<SessionsUnavailableException>(() => cache.SetAsync("key", [1], new()));
        Should.Throw<SessionsUnavailableException>(() => cache.Get("key"));
        Should.Throw<CryptographicException>(() => protector.Protect([1])).InnerException.ShouldBeOfType<SessionsUnavailableException>();
        ready.NotReadyBecause.ShouldBe($"Waiting for PostgreSQL at 127.0.0.1:{relay.Port}.");

        relay.Start();

        await Eventually.Async("the cache to be used", async () => { await cache.SetAsync("key", [1], new()); return true; });
        (await cache.GetAsync("key")).ShouldBe([1]);
        await Eventually.Async("the keys to be used", () => protector.Protect([1]).Length > 0);
        await Eventually.Async("the process to be ready", () => ready.NotReadyBecause is null);
    }

    [SkippableFact]
    public async Task What_has_expired_is_swept()
    {
        var cache = _storage.Open().GetRequiredService<IDistributedCache>();
        await cache.SetAsync("old", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        _time.Advance(TimeSpan.FromMinutes(2));
        await cache.SetAsync("new", [1], new());

        // Only where the row is gone can this one be put.
        _storage.Run("INSERT INTO kilo.cache VALUES('old', '', 0, NULL, 0)");
    }

    private static IDataProtector Protector(IServiceProvider process) => process.GetRequiredService<IDataProtectionProvider>().CreateProtector("tests");
}
