using System.Globalization;
using System.Net;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using StackExchange.Redis;
using StackExchange.Redis.KeyspaceIsolation;

namespace Kilo.Engines.Cluster.Redis;

/// <summary>This process's connection to Redis: opened when it is first needed, healed by the driver, with time-outs for everything.</summary>
internal sealed class RedisServer : IReadinessCheck, IDisposable
{
    // What the connection string says again, counts: the last one does. Milliseconds; keepAlive in seconds.
    private const string Defaults = "name=kilo,connectTimeout=2000,syncTimeout=2000,asyncTimeout=2000,keepAlive=5,";

    private readonly Lazy<ConnectionMultiplexer> _connection;
    private readonly string _where;
    private readonly string _keyPrefix;

    /// <param name="connectionString">As the driver writes it.</param>
    /// <param name="keyPrefix">Before every key; installations that share a server have one each.</param>
    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public RedisServer(string connectionString, string keyPrefix)
    {
        _keyPrefix = keyPrefix;
        var options = Read(connectionString);
        _where = AddressOf(options);
        _connection = new(() => ConnectionMultiplexer.Connect(options));
    }

    /// <summary>Where Redis is, for people: without who signs in.</summary>
    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public static string Where(string connectionString) => AddressOf(Read(connectionString));

    /// <inheritdoc />
    public string? NotReadyBecause
    {
        get
        {
            if (_connection is { IsValueCreated: true, Value.IsConnected: true })
            {
                return null;
            }
            if (!_connection.IsValueCreated)
            {
                _ = Task.Run(() => _connection.Value);
            }
            return $"Waiting for Redis at {_where}.";
        }
    }

    /// <summary>Works with the database.</summary>
    /// <exception cref="SessionsUnavailableException">Redis did not answer in time.</exception>
    public async Task<TResult> RunAsync<TResult>(Func<IDatabase, Task<TResult>> work, CancellationToken cancel)
    {
        try
        {
            // The first attempt to connect takes its time.
            var connection = _connection.IsValueCreated ? _connection.Value : await Task.Run(() => _connection.Value, cancel);
            return await work(Database(connection)).WaitAsync(cancel);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>The same for callers that cannot await.</summary>
    /// <exception cref="SessionsUnavailableException">Redis did not answer in time.</exception>
    public TResult Run<TResult>(Func<IDatabase, TResult> work)
    {
        try
        {
            return work(Database(_connection.Value));
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    private IDatabase Database(ConnectionMultiplexer connection) => connection.GetDatabase().WithKeyPrefix(_keyPrefix);

    private static bool IsUnavailable(Exception e) => e is RedisException or TimeoutException;

    private static SessionsUnavailableException Unavailable(Exception e) => new("Sessions, or their keys, could not be read or written.", e);

    private static ConfigurationOptions Read(string connectionString)
    {
        var options = ConfigurationOptions.Parse(Defaults + connectionString);
        if (options.EndPoints.Count == 0)
        {
            throw new ArgumentException("No host is named.", nameof(connectionString));
        }
        // A server that is not there yet is waited for.
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        return options;
    }

    private static string AddressOf(ConfigurationOptions options) => string.Join(',', options.EndPoints.Select(e => e switch
    {
        DnsEndPoint { Port: 0 } dns => dns.Host,
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
        _ => e.ToString(),
    }));

    public void Dispose()
    {
        if (_connection.IsValueCreated)
        {
            _connection.Value.Dispose();
        }
    }
}
