using System.Data.Common;
using System.Net.Sockets;
using Kilo.BuildingBlocks.Modules;
using Npgsql;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>
/// A PostgreSQL database with this process's connections to it: a bounded pool that heals by itself, and time-outs for everything.
/// Nothing is opened before it is needed.
/// </summary>
internal sealed class PostgresServer : IReadinessCheck, IDisposable, IAsyncDisposable
{
    // What the connection string says again, counts: the last one does. Times in seconds, the cancellation's in milliseconds.
    private const string Defaults = "Application Name=kilo;Timeout=3;Command Timeout=5;Cancellation Timeout=500;Maximum Pool Size=20;"
        + "Max Auto Prepare=200;Auto Prepare Min Usages=2;Tcp Keepalive=true;Tcp Keepalive Time=5;Tcp Keepalive Interval=2;";

    // The server notices as soon that this process is gone, and lets go of what it had locked. Every statement here goes by a primary key:
    // compiling one would only cost time.
    private const string Initialize = "SET tcp_keepalives_idle=5; SET tcp_keepalives_interval=2; SET tcp_keepalives_count=5; SET jit=off";

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlConnectionStringBuilder _settings;
    private volatile bool _hasAnswered;
    private volatile string _reason = "";
    private int _probing;

    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public PostgresServer(string connectionString)
    {
        _settings = Read(connectionString);
        var builder = new NpgsqlDataSourceBuilder(_settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Initialize, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Initialize, connection);
                await command.ExecuteNonQueryAsync();
            });
        Source = builder.Build();
    }

    /// <summary>The pool.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Where the database is, for people: without who signs in.</summary>
    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public static string Where(string connectionString)
    {
        var settings = Read(connectionString);
        return string.IsNullOrEmpty(settings.Database) ? AddressOf(settings) : $"{AddressOf(settings)}/{settings.Database}";
    }

    /// <inheritdoc />
    public string? NotReadyBecause
    {
        get
        {
            if (_hasAnswered)
            {
                return null;
            }
            if (Interlocked.Exchange(ref _probing, 1) == 0)
            {
                _ = ProbeAsync();
            }
            return $"Waiting for PostgreSQL at {AddressOf(_settings)}{_reason}.";
        }
    }

    /// <summary>True for what passes when the server is back, or when somebody has put it right.</summary>
    public static bool IsUnavailable(Exception e) => e is DbException or TimeoutException or SocketException or IOException;

    /// <summary>
    /// One statement that sets a schema up. Starters take turns, and a schema that is there needs no permission to create one.
    /// </summary>
    /// <param name="schema">The schema.</param>
    /// <param name="create">What belongs there, unless it is there.</param>
    public static string SetUp(string schema, string create = "") => $"""
        DO $set_up$ BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('{schema}', 0));
            IF to_regnamespace('{schema}') IS NULL THEN
                CREATE SCHEMA {schema};
            END IF;
            {create}
        END $set_up$
        """;

    /// <summary>A connection beside the pool, whose silence is noticed.</summary>
    public NpgsqlConnection Beside() => new(new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false, KeepAlive = 5 }.ConnectionString);

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(Defaults + connectionString)
        {
            // Nothing here leaves a state on a connection.
            NoResetOnClose = true,
            // Rows may be in it.
            IncludeErrorDetail = false,
        };
        if (string.IsNullOrEmpty(settings.Host))
        {
            throw new ArgumentException("No host is named.", nameof(connectionString));
        }
        if (settings.Host.Contains(',') && string.IsNullOrEmpty(settings.TargetSessionAttributes))
        {
            settings.TargetSessionAttributes = "primary";
        }
        return settings;
    }

    private static string AddressOf(NpgsqlConnectionStringBuilder settings) =>
        settings.Host!.Contains(':') || settings.Host.Contains(',') || settings.Host.StartsWith('/') ? settings.Host : $"{settings.Host}:{settings.Port}";

    private async Task ProbeAsync()
    {
        try
        {
            await using var command = Source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync();
            _hasAnswered = true;
        }
        catch (Exception e)
        {
            _reason = e is PostgresException refused
                ? refused.SqlState switch
                {
                    PostgresErrorCodes.InvalidCatalogName => ", which has no such database yet",
                    PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => ", which refuses who signs in",
                    _ => $", which answers {refused.SqlState}",
                }
                : "";
        }
        await Task.Delay(ProbeInterval);
        Volatile.Write(ref _probing, 0);
    }

    public void Dispose() => Source.Dispose();

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
