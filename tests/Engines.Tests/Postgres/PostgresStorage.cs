using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kilo.Engines.Tests.Postgres;

/// <summary>Engines over a database of their own, which is dropped afterwards.</summary>
public sealed class PostgresStorage<TPort> : Storage<TPort> where TPort : notnull
{
    private readonly TimeProvider _time;
    private readonly Action<IServiceCollection, string> _add;
    private readonly string _server = Servers.Postgres;
    private readonly string _database = $"kilo_test_{Guid.NewGuid():N}";
    private readonly List<ServiceProvider> _processes = [];

    public PostgresStorage(TimeProvider time, Action<IServiceCollection, string> add)
    {
        (_time, _add) = (time, add);
        Run(_server, $"CREATE DATABASE {_database}");
    }

    public override bool SurvivesReopening => true;

    /// <summary>The log that views are folded from.</summary>
    public IEventLog Log { get; set; } = new InMemoryEventLog();

    /// <summary>How to reach the database.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _database }.ConnectionString;

    // A machine that has everything else to run too may stand still for seconds. Where that is an outcome, a relay is between.
    public override TPort Open() => OpenAt(ConnectionString + ";Timeout=30;Command Timeout=60");

    /// <summary>An instance that reaches the database through a relay.</summary>
    public TPort OpenThrough(Relay relay, string settings = "") =>
        OpenAt(new NpgsqlConnectionStringBuilder(ConnectionString) { Host = "127.0.0.1", Port = relay.Port }.ConnectionString + ";" + settings);

    /// <summary>A relay in front of the server, not started.</summary>
    public Relay Relay()
    {
        var server = new NpgsqlConnectionStringBuilder(_server);
        return new(server.Host!, server.Port);
    }

    /// <summary>Every process so far ends in good order.</summary>
    public async Task CloseAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        _processes.Clear();
    }

    /// <summary>As an operator would at the server.</summary>
    public void Run(string sql) => Run(ConnectionString, sql);

    // The server goes on; what it was told and had not answered may be there or not.
    public override void Crash() => Run(_server, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='{_database}'");

    private TPort OpenAt(string connectionString)
    {
        var services = new ServiceCollection().AddSingleton(_time).AddSingleton(Log);
        _add(services, connectionString);
        var process = services.BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process.GetRequiredService<TPort>();
    }

    private static void Run(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Run(_server, $"DROP DATABASE {_database} WITH (FORCE)");
    }
}

/// <summary>Each of PostgreSQL's engines.</summary>
internal static class PostgresStorage
{
    public static PostgresStorage<IViewStores> Views() => new(TimeProvider.System, (services, server) => services.AddPostgresViews(server));

    public static PostgresStorage<IDistributedCache> Cache(TimeProvider time) => new(time, (services, server) => services.AddPostgresCache(server));

    public static PostgresStorage<IServiceProvider> Sessions(TimeProvider time) => new(time, (services, server) =>
        services.AddPostgresCache(server).AddPostgresKeys(server).AddLogging().AddDataProtection().SetApplicationName("kilo"));
}
