using Kilo.BuildingBlocks.Log;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Kilo.Reporting.Tests.Kit;

/// <summary>Where reports are folded into.</summary>
public enum Engine
{
    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A database of its own.</summary>
    Postgres,
}

/// <summary>An engine for one test, and servers over it.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly List<KiloServer> _servers = [];
    private readonly string? _connection;

    private EngineUnderTest(string? connection) => _connection = connection;

    /// <summary>What a process of its own needs in its environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?> { ["ConnectionStrings__Postgres"] = _connection, ["Kilo__Http__Wait"] = "00:00:30" };

    /// <summary>Skips where there is no such server.</summary>
    public static async Task<EngineUnderTest> CreateAsync(Engine engine)
    {
        if (engine == Engine.Sqlite)
        {
            return new EngineUnderTest(null);
        }
        var database = $"kilo_reports_{Guid.NewGuid():N}";
        await RunAsync(Servers.Postgres, $"CREATE DATABASE {database}");
        return new EngineUnderTest(new NpgsqlConnectionStringBuilder(Servers.Postgres) { Database = database }.ConnectionString);
    }

    /// <summary>A server that folds into it.</summary>
    /// <param name="over">Whose log and data directory it shares.</param>
    /// <param name="log">In the place of that log.</param>
    /// <param name="configure">More of the services.</param>
    /// <param name="role">As on the command line.</param>
    /// <param name="time">In the place of the clock.</param>
    public async Task<KiloServer> StartAsync(
        KiloServer? over = null, Func<IEventLog, IEventLog>? log = null, Action<IServiceCollection>? configure = null, string role = "all", TimeProvider? time = null)
    {
        var server = await KiloServer.StartAsync(
            new Dictionary<string, string?> { ["Kilo:Http:Wait"] = "00:00:30", ["Kilo:Users:SignInLifetime"] = "2000.00:00:00" },
            services =>
            {
                if (_connection is not null)
                {
                    services.AddPostgresRelations(_connection, new ReportingModule());
                }
                if (over is not null && log is not null)
                {
                    services.RemoveAll<IEventLog>().AddSingleton(log(over.Log));
                }
                if (time is not null)
                {
                    services.RemoveAll<TimeProvider>().AddSingleton(time);
                }
                configure?.Invoke(services);
            },
            role, over);
        _servers.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever shares something was started later than who owns it.
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }
        if (_connection is not null)
        {
            await RunAsync(Servers.Postgres, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(_connection).Database} WITH (FORCE)");
        }
    }

    private static async Task RunAsync(string connection, string sql)
    {
        await using var opened = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync();
    }
}
