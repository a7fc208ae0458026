using System.Globalization;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Kilo.Host;
using Kilo.Testing.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Kilo.Testing.Http;

/// <summary>
/// The whole application in the test's process, on a port of its own. Which engines it has is the run's choice, not the test's:
/// every scenario holds on all of them.
/// </summary>
/// <remarks>
/// <c>KILO_TEST_ENGINES</c> is <c>memory</c> (the default: four log partitions, so that nothing can lean on one order for everything),
/// <c>embedded</c> (what people run, each server in a directory that is deleted afterwards), <c>cluster</c> (Kafka, PostgreSQL and S3, as
/// <see cref="ClusterEngines"/> has them) or, in a build with <c>FullFeed=true</c>, <c>cluster-cassandra</c> (Kafka, Cassandra and Redis).
/// </remarks>
public sealed class KiloServer : IAsyncDisposable
{
    /// <summary>The first administrator's address.</summary>
    public const string AdminEmail = "admin@example.org";

    /// <summary>The first administrator's password.</summary>
    public const string AdminPassword = "first of all";

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private static readonly string s_engines = Environment.GetEnvironmentVariable("KILO_TEST_ENGINES") switch
    {
        null or "" => "memory",
        "memory" or "embedded" or "cluster" => Environment.GetEnvironmentVariable("KILO_TEST_ENGINES")!,
#if FULL_FEED
        "cluster-cassandra" => "cluster-cassandra",
#endif
        var other => throw new InvalidOperationException($"KILO_TEST_ENGINES is '{other}'. It is memory, embedded, cluster or, in a build with FullFeed=true, cluster-cassandra."),
    };

    static KiloServer()
    {
        if (s_engines.StartsWith("cluster", StringComparison.Ordinal))
        {
            // Several start in this one process, each with work that keeps a thread busy in a driver.
            ThreadPool.SetMinThreads(32, 32);
        }
    }

    /// <summary>Settings for tests that hold views back: requests wait for them briefly, and long enough for views that nobody holds.</summary>
    public static Dictionary<string, string?> Impatient => new() { ["Kilo:Http:Wait"] = s_engines.StartsWith("cluster", StringComparison.Ordinal) ? "00:00:03" : "00:00:00.2" };

    /// <summary>The modules that servers have, as on the command line; null: all. One that a suite does not speak of would fold every event of it all the same.</summary>
    public static string? Modules { get; set; }

    private readonly WebApplication _app;
    private readonly Storage _storage;
    private readonly bool _isOwner;
    private bool _isStopped;

    private KiloServer(WebApplication app, Storage storage, bool isOwner) => (_app, _storage, _isOwner) = (app, storage, isOwner);

    /// <summary>A client that is not signed in.</summary>
    public KiloClient Anonymous { get; private set; } = null!;

    /// <summary>Where it listens.</summary>
    public int Port => Anonymous.Http.BaseAddress!.Port;

    /// <summary>The first administrator; nobody where users are not served.</summary>
    public KiloClient Admin { get; private set; } = null!;

    /// <summary>The log, to look at what was said.</summary>
    public IEventLog Log => _app.Services.GetRequiredService<IEventLog>();

    /// <summary>What the events mean.</summary>
    public EventCatalogue Catalogue => _app.Services.GetRequiredService<EventCatalogue>();

    /// <summary>The contents, to look at what is stored.</summary>
    public IContentStore Contents => _app.Services.GetRequiredService<IContentStore>();

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it and signs the first administrator in.</summary>
    /// <param name="settings">Settings such as <c>Kilo:Users:Registration</c>.</param>
    /// <param name="configure">Last changes to the services, for engines that misbehave.</param>
    /// <param name="role">As on the command line.</param>
    /// <param name="over">Whose data directory and engines it shares: a server that may be stopped, and is disposed of later than this one.</param>
    /// <param name="port">0: a free one.</param>
    public static async Task<KiloServer> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null, string role = "all", KiloServer? over = null, int port = 0)
    {
        var storage = over?._storage ?? await Storage.CreateAsync();
        var all = new Dictionary<string, string?>(storage.Settings)
        {
            ["Kilo:port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Kilo:data"] = storage.Data,
            ["Kilo:role"] = role,
            ["Kilo:modules"] = Modules,
            ["KILO_ADMIN_EMAIL"] = AdminEmail,
            ["KILO_ADMIN_PASSWORD"] = AdminPassword,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }
        WebApplication app;
        try
        {
            app = KiloHost.Build(all, builder =>
            {
                builder.Logging.ClearProviders();
                storage.UseEngines(builder.Services);
                configure?.Invoke(builder.Services);
            });
        }
        catch when (over is null)
        {
            await storage.DisposeAsync();
            throw;
        }
        storage.Keep(app.Services);
        var server = new KiloServer(app, storage, isOwner: over is null);
        try
        {
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            server.Anonymous = KiloClient.For(new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)));
            await Eventually.Async("the server to be ready", async () => (await server.Anonymous.GetAsync("/health/ready")).Status == System.Net.HttpStatusCode.OK, LongestStart);
            if (app.Services.GetRequiredService<Workload>().Serves("users"))
            {
                server.Admin = await server.Anonymous.SignInAsync(AdminEmail, AdminPassword);
            }
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every event of a topic that a predicate accepts, as the catalogue reads them.</summary>
    public async Task<List<TEvent>> EventsAsync<TEvent>(Func<TEvent, bool>? where = null) where TEvent : IIntegrationEvent
    {
        var events = new List<TEvent>();
        for (var partition = 0; partition < Log.Partitions(TEvent.Topic); partition++)
        {
            events.AddRange((await Log.ReadAllAsync(TEvent.Topic, partition)).Select(e => Catalogue.Read(e.Event)).OfType<TEvent>().Where(e => where?.Invoke(e) != false));
        }
        return events;
    }

    /// <summary>How many events a topic has: unchanged when a refused request changed nothing.</summary>
    public async Task<long> EventCountAsync(Topic topic)
    {
        var count = 0L;
        for (var partition = 0; partition < Log.Partitions(topic); partition++)
        {
            count += await Log.EndAsync(topic, partition, CancellationToken.None);
        }
        return count;
    }

    /// <summary>How many events there are at all.</summary>
    public async Task<long> EventCountAsync()
    {
        var count = 0L;
        foreach (var topic in Catalogue.Topics)
        {
            count += await EventCountAsync(topic);
        }
        return count;
    }

    /// <summary>Ends it as SIGTERM does. What it stored stays until it is disposed of.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Anonymous?.Dispose();
        Admin?.Dispose();
        await StopAsync();
        if (_isOwner)
        {
            await _storage.DisposeAsync();
        }
    }

    // What outlives the process that started it: a data directory, and what is on servers or, in memory, objects.
    private sealed class Storage : IAsyncDisposable
    {
        private readonly ClusterEngines? _cluster;
        private Action<IServiceCollection>? _inMemory;

        private Storage(ClusterEngines? cluster) => _cluster = cluster;

        public string Data { get; } = Directory.CreateTempSubdirectory("kilo-test-").FullName;

        // A machine that also has all the servers to run may be slow: only where a test says so itself is that an outcome.
        public IEnumerable<KeyValuePair<string, string?>> Settings => _cluster is null ? [] :
        [
            .. _cluster.Environment.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal),
                v.Key == "ConnectionStrings__Postgres" ? v.Value + ";Timeout=20;Command Timeout=20" : v.Value)),
            new("Kilo:Http:Wait", "00:00:20"),
            new("Kilo:Kafka:message.timeout.ms", "20000"),
        ];

        public static async Task<Storage> CreateAsync()
        {
            var cluster = s_engines switch
            {
                "cluster" => await ClusterEngines.CreateAsync(),
#if FULL_FEED
                "cluster-cassandra" => ClusterEngines.CreateOverCassandra(),
#endif
                _ => null,
            };
            if (cluster is not null)
            {
                await cluster.MakeTopicsAsync(Host.Modules.Catalogue().Topics);
            }
            return new(cluster);
        }

        public void UseEngines(IServiceCollection services)
        {
            if (s_engines != "memory")
            {
                return;
            }
            services.RemoveAll<IEventLog>();
            services.RemoveAll<IViewStores>();
            services.RemoveAll<IContentStore>();
            services.RemoveAll<IDistributedCache>();
            if (_inMemory is not null)
            {
                _inMemory(services);
                return;
            }
            services.AddSingleton<IEventLog>(_ => new InMemoryEventLog());
            services.AddSingleton<IViewStores>(_ => new InMemoryViewStores());
            services.AddSingleton<IContentStore>(provider => new InMemoryContentStore(provider.GetRequiredService<TimeProvider>()));
            services.AddDistributedMemoryCache();
        }

        // In-memory engines are the same objects in each process that shares them.
        public void Keep(IServiceProvider first)
        {
            if (s_engines == "memory" && _inMemory is null)
            {
                var (log, views, contents, cache) = (first.GetRequiredService<IEventLog>(), first.GetRequiredService<IViewStores>(),
                    first.GetRequiredService<IContentStore>(), first.GetRequiredService<IDistributedCache>());
                _inMemory = services => services.AddSingleton(log).AddSingleton(views).AddSingleton(contents).AddSingleton(cache);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Directory.Delete(Data, recursive: true);
            if (_cluster is not null)
            {
                await _cluster.DisposeAsync();
            }
        }
    }
}
