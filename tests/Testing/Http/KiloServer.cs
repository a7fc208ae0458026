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
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Kilo.Testing.Http;

/// <summary>
/// The whole application in the test's process, on a port of its own. Which engines it has is the run's choice, not the test's:
/// every scenario holds on all of them.
/// </summary>
/// <remarks>
/// <c>KILO_TEST_ENGINES</c> is <c>memory</c> (the default: four log partitions, so that nothing can lean on one order for everything) or
/// <c>embedded</c> (what people run, each server in a directory that is deleted afterwards).
/// </remarks>
public sealed class KiloServer : IAsyncDisposable
{
    /// <summary>The first administrator's address.</summary>
    public const string AdminEmail = "admin@example.org";

    /// <summary>The first administrator's password.</summary>
    public const string AdminPassword = "first of all";

    private static readonly bool s_embedded = Environment.GetEnvironmentVariable("KILO_TEST_ENGINES") switch
    {
        null or "" or "memory" => false,
        "embedded" => true,
        var other => throw new InvalidOperationException($"KILO_TEST_ENGINES is '{other}'. It is memory or embedded."),
    };

    private readonly WebApplication _app;
    private readonly string _data;
    private readonly bool _isOwner;
    private bool _isStopped;

    private KiloServer(WebApplication app, string data, bool isOwner) => (_app, _data, _isOwner) = (app, data, isOwner);

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

    // What outlives the process that started it; null: what is in the data directory.
    private Action<IServiceCollection>? Engines { get; set; }

    /// <summary>Starts it and signs the first administrator in.</summary>
    /// <param name="settings">Settings such as <c>Kilo:Users:Registration</c>.</param>
    /// <param name="configure">Last changes to the services, for engines that misbehave.</param>
    /// <param name="role">As on the command line.</param>
    /// <param name="over">Whose data directory and engines it shares: a server that may be stopped, and is disposed of later than this one.</param>
    /// <param name="port">0: a free one.</param>
    public static async Task<KiloServer> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null, string role = "all", KiloServer? over = null, int port = 0)
    {
        var data = over?._data ?? Directory.CreateTempSubdirectory("kilo-test-").FullName;
        var app = KiloHost.Build(["--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--data", data, "--role", role], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["KILO_ADMIN_EMAIL"] = AdminEmail,
                ["KILO_ADMIN_PASSWORD"] = AdminPassword,
            });
            builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
            if (!s_embedded)
            {
                UseInMemoryEngines(builder.Services);
            }
            over?.Engines?.Invoke(builder.Services);
            configure?.Invoke(builder.Services);
        });
        var server = new KiloServer(app, data, isOwner: over is null) { Engines = over?.Engines ?? (s_embedded ? null : Sharing(app.Services)) };
        try
        {
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            server.Anonymous = KiloClient.For(new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)));
            await Eventually.Async("the server to be ready", async () => (await server.Anonymous.GetAsync("/health/ready")).Status == System.Net.HttpStatusCode.OK);
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
            foreach (var entry in await Log.ReadAsync(TEvent.Topic, partition, 0, int.MaxValue, CancellationToken.None))
            {
                if (Catalogue.Read(entry.Event) is TEvent fact && where?.Invoke(fact) != false)
                {
                    events.Add(fact);
                }
            }
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

    private static void UseInMemoryEngines(IServiceCollection services)
    {
        services.RemoveAll<IEventLog>();
        services.RemoveAll<IViewStores>();
        services.RemoveAll<IContentStore>();
        services.RemoveAll<IDistributedCache>();
        services.AddSingleton<IEventLog>(_ => new InMemoryEventLog());
        services.AddSingleton<IViewStores>(_ => new InMemoryViewStores());
        services.AddSingleton<IContentStore>(provider => new InMemoryContentStore(provider.GetRequiredService<TimeProvider>()));
        services.AddDistributedMemoryCache();
    }

    // In-memory engines are the same objects in each process that shares them.
    private static Action<IServiceCollection> Sharing(IServiceProvider first)
    {
        var (log, views, contents, cache) = (first.GetRequiredService<IEventLog>(), first.GetRequiredService<IViewStores>(),
            first.GetRequiredService<IContentStore>(), first.GetRequiredService<IDistributedCache>());
        return services => services.RemoveAll<IEventLog>().AddSingleton(log).RemoveAll<IViewStores>().AddSingleton(views)
            .RemoveAll<IContentStore>().AddSingleton(contents).RemoveAll<IDistributedCache>().AddSingleton(cache);
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
            Directory.Delete(_data, recursive: true);
        }
    }
}
