#if FULL_FEED
using System.Xml.Linq;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.Redis;
using Kilo.Testing;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Kilo.Engines.Tests.Cache;

/// <summary>A database of a real Redis, emptied. Tests of one class run one after the other; each class has a database of its own.</summary>
public sealed class RedisStorage : Storage<IDistributedCache>
{
    private readonly string _address = Servers.Redis;
    private readonly int _database;
    private readonly TimeProvider _time;
    private readonly List<ServiceProvider> _processes = [];

    private RedisStorage(int database, TimeProvider time) => (_database, _time) = (database, time);

    public static RedisStorage Empty(int database, TimeProvider time)
    {
        using var connection = ConnectionMultiplexer.Connect(Servers.Redis + ",allowAdmin=true");
        connection.GetServers()[0].FlushDatabase(database);
        return new RedisStorage(database, time);
    }

    public override bool SurvivesReopening => true;

    public override IDistributedCache Open() => OpenThrough(_address).GetRequiredService<IDistributedCache>();

    public ServiceProvider OpenThrough(string address, string keyPrefix = "")
    {
        var connection = $"{address},defaultDatabase={_database}";
        var process = new ServiceCollection().AddSingleton(_time).AddRedisCache(connection, keyPrefix).AddRedisKeys(connection, keyPrefix).BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process;
    }

    /// <summary>Another installation on the same server.</summary>
    public ServiceProvider OpenBeside(string keyPrefix) => OpenThrough(_address, keyPrefix);

    public IXmlRepository OpenKeys() => OpenThrough(_address).GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository!;

    // Nothing is finished when an instance is left alone: it has no work of its own.
    public override void Crash()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}

public sealed class RedisCacheContractTests : DistributedCacheContract
{
    public RedisCacheContractTests() : this(new ManualTime()) { }

    private RedisCacheContractTests(ManualTime time) : base(RedisStorage.Empty(15, time), time) { }
}

/// <summary>What Redis promises beyond the port: it comes and goes, and it keeps the keys of sessions.</summary>
public sealed class RedisCacheTests : IAsyncLifetime
{
    private readonly RedisStorage _storage = RedisStorage.Empty(14, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Redis_itself_forgets_what_has_expired()
    {
        var cache = _storage.Open();
        await cache.SetAsync("absolute", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(200) });
        await cache.SetAsync("sliding", [1], new() { SlidingExpiration = TimeSpan.FromMilliseconds(200) });
        await cache.SetAsync("over", [1], new() { AbsoluteExpiration = DateTimeOffset.UtcNow.AddSeconds(-1) });

        using var connection = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        await Eventually.Async("the database to be empty", async () => (int)await connection.GetDatabase(14).ExecuteAsync("DBSIZE") == 0);
    }

    [SkippableFact]
    public async Task Installations_with_prefixes_of_their_own_share_a_server_and_nothing_on_it()
    {
        var (one, other) = (_storage.OpenBeside("one:"), _storage.OpenBeside("other:"));
        await one.GetRequiredService<IDistributedCache>().SetAsync("key", [1], new());
        Keys(one).StoreElement(new XElement("key", "of one"), "");

        (await other.GetRequiredService<IDistributedCache>().GetAsync("key")).ShouldBeNull();
        Keys(other).GetAllElements().ShouldBeEmpty();
        (await one.GetRequiredService<IDistributedCache>().GetAsync("key")).ShouldBe([1]);
        Keys(one).GetAllElements().ShouldHaveSingleItem().Value.ShouldBe("of one");

        static IXmlRepository Keys(IServiceProvider process) => process.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository!;
    }

    [SkippableFact]
    public async Task Sessions_come_up_before_their_server_and_work_once_it_is_there()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Redis);
        await proxy.CutAsync();
        var process = _storage.OpenThrough(proxy.Address);
        var (cache, readiness) = (process.GetRequiredService<IDistributedCache>(), process.GetRequiredService<IReadinessCheck>());

        readiness.NotReadyBecause.ShouldBe($"Waiting for Redis at {proxy.Address}.");
        await Should.ThrowAsync<SessionsUnavailableException>(() => cache.SetAsync("key", [1], new()));
        Should.Throw<SessionsUnavailableException>(() => process.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository!.GetAllElements());
        await proxy.RestoreAsync();

        await Eventually.Async("sessions to be ready", () => readiness.NotReadyBecause is null);
        await cache.SetAsync("key", [1], new());
        (await cache.GetAsync("key")).ShouldBe([1]);
    }

    [SkippableFact]
    public async Task Sessions_heal_when_their_server_was_away()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Redis);
        var cache = _storage.OpenThrough(proxy.Address).GetRequiredService<IDistributedCache>();
        await cache.SetAsync("key", [1], new());

        await proxy.CutAsync();
        await Should.ThrowAsync<SessionsUnavailableException>(() => cache.GetAsync("key"));
        await proxy.RestoreAsync();

        await Eventually.Async("the session to be read again", async () => await cache.GetAsync("key") is not null);
    }

    [SkippableFact]
    public async Task A_server_that_does_not_answer_is_given_up_in_time()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Redis);
        var cache = _storage.OpenThrough(proxy.Address).GetRequiredService<IDistributedCache>();
        await cache.SetAsync("key", [1], new());

        await proxy.SpoilAsync("timeout", "downstream", new { timeout = 0 });
        await Eventually.Ends("the call to be given up", Should.ThrowAsync<SessionsUnavailableException>(() => cache.GetAsync("key")));
        await proxy.HealAsync("timeout");

        await Eventually.Async("the session to be read again", async () => await cache.GetAsync("key") is not null);
    }

    [SkippableFact]
    public void Keys_are_kept_in_order_and_every_process_sees_them()
    {
        var (one, other) = (_storage.OpenKeys(), _storage.OpenKeys());
        one.GetAllElements().ShouldBeEmpty();

        one.StoreElement(XElement.Parse("<key id='a'><secret>ä</secret></key>"), "key-a");
        one.StoreElement(XElement.Parse("<revocation id='b' />"), "revocation-b");

        other.GetAllElements().Select(e => (string?)e.Attribute("id")).ShouldBe(["a", "b"]);
        other.StoreElement(XElement.Parse("<key id='c' />"), "key-c");
        one.GetAllElements().Count.ShouldBe(3);
    }

    [SkippableFact]
    public void Of_two_processes_that_make_their_first_key_at_once_both_get_the_same()
    {
        var (one, other) = (_storage.OpenKeys(), _storage.OpenKeys());
        one.GetAllElements().ShouldBeEmpty();
        other.GetAllElements().ShouldBeEmpty();

        one.StoreElement(XElement.Parse("<key id='a' />"), "key-a");
        other.StoreElement(XElement.Parse("<key id='b' />"), "key-b");
        other.StoreElement(XElement.Parse("<revocation id='c' />"), "revocation-c");

        one.GetAllElements().Select(e => (string?)e.Attribute("id")).ShouldBe(["a", "c"]);
    }
}

public sealed class RedisSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("password=secret")]
    [InlineData("host:6379,nonsense=1")]
    public void What_is_no_connection_string_is_refused(string connectionString) => Should.Throw<ArgumentException>(() => RedisEngines.Where(connectionString));

    [Fact]
    public void Where_sessions_are_tells_no_secret() => RedisEngines.Where("one:6379,two:6380,password=secret,user=kilo").ShouldBe("one:6379,two:6380");
}
#endif
