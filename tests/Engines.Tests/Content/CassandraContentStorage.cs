#if FULL_FEED
using System.Collections.Concurrent;
using System.Globalization;
using Cassandra;
using Kilo.Engines.Cluster.Cassandra;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kilo.Engines.Tests.Content;

/// <summary>
/// Keyspaces for the contents of one test after the other: to make one takes longer than most tests. They are emptied after each and dropped after the last.
/// </summary>
[CollectionDefinition(Name)]
public sealed class CassandraKeyspaces : ICollectionFixture<CassandraKeyspaces>, IAsyncLifetime
{
    public const string Name = "contents in Cassandra";

    internal const string Objects = "content_objects", Bytes = "content_bytes";

    private readonly ConcurrentBag<string> _free = [];
    private readonly Lazy<Task<ISession>> _session = new(() => new CassandraConnectionStringBuilder(ConnectionString(Servers.Cassandra)).MakeClusterBuilder()
        .WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis(30_000).SetReadTimeoutMillis(60_000)).Build().ConnectAsync());
    private static int s_made;

    internal Task<ISession> SessionAsync() => _session.Value;

    internal static string ConnectionString(string server)
    {
        var colon = server.LastIndexOf(':');
        return string.Create(CultureInfo.InvariantCulture, $"Contact Points={server[..colon]};Port={server[(colon + 1)..]}");
    }

    /// <summary>An empty one.</summary>
    internal string Take() => _free.TryTake(out var keyspace) ? keyspace : string.Create(CultureInfo.InvariantCulture, $"kilo_contents_{Environment.ProcessId}_{Interlocked.Increment(ref s_made)}");

    /// <summary>Empties it for the next one.</summary>
    internal async Task GiveBackAsync(string keyspace)
    {
        var session = await SessionAsync();
        foreach (var table in new[] { Objects, Bytes })
        {
            try
            {
                await session.ExecuteAsync(new SimpleStatement($"TRUNCATE {keyspace}.{table}"));
            }
            catch (InvalidQueryException)
            {
                // No process has made it.
            }
        }
        _free.Add(keyspace);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (!_session.IsValueCreated)
        {
            return;
        }
        var session = await SessionAsync();
        foreach (var keyspace in _free)
        {
            await session.ExecuteAsync(new SimpleStatement($"DROP KEYSPACE IF EXISTS {keyspace}"));
        }
        session.Cluster.Dispose();
    }
}

/// <summary>Contents in a real Cassandra.</summary>
public sealed class CassandraContentStorage : ObjectStorage
{
    private readonly CassandraKeyspaces _keyspaces;
    private readonly TimeProvider _time;
    private readonly List<ServiceProvider> _processes = [];
    private readonly Stack<string> _used = [];

    private CassandraContentStorage(CassandraKeyspaces keyspaces, TimeProvider time)
    {
        (_keyspaces, _time, Server) = (keyspaces, time, Servers.Cassandra);
        _used.Push(keyspaces.Take());
    }

    /// <summary>With that clock; skips without a server.</summary>
    public static CassandraContentStorage With(CassandraKeyspaces keyspaces, TimeProvider time) => new(keyspaces, time);

    public override int Largest => 512 * 1024;

    public override string Server { get; }

    /// <summary>The keyspace.</summary>
    public string Keyspace => _used.Peek();

    public override ServiceProvider OpenProcess(string? server = null)
    {
        var process = new ServiceCollection().AddSingleton(_time)
            .AddCassandraContent($"{CassandraKeyspaces.ConnectionString(server ?? Server)};Default Keyspace={Keyspace}", null).BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process;
    }

    public override async Task<List<string>> KeysAsync() => [.. (await RowsAsync(CassandraKeyspaces.Objects)).Select(r => r.GetValue<string>("folder") + r.GetValue<string>("name")).Order(StringComparer.Ordinal)];

    public override IReadOnlyList<string> LeftOvers => [.. base.LeftOvers, .. Task.Run(ForgottenBytesAsync).GetAwaiter().GetResult()];

    /// <summary>Bytes that belong to no object.</summary>
    public async Task<List<string>> ForgottenBytesAsync() =>
        [.. (await RowsAsync(CassandraKeyspaces.Bytes, "object")).Select(r => r.GetValue<string>("object")).Except(await KeysAsync())];

    /// <summary>Runs CQL with the keyspace in the place of <c>{0}</c>.</summary>
    public async Task<RowSet> RunAsync(string cql, params object?[] values) =>
        await (await _keyspaces.SessionAsync()).ExecuteAsync(new SimpleStatement(string.Format(CultureInfo.InvariantCulture, cql, Keyspace), values));

    // What kill -9 leaves is what the tables hold: a copy of them, which those who live on as if nothing had happened cannot reach.
    public override void Crash() => Task.Run(async () =>
    {
        var (objects, bytes) = (await RowsAsync(CassandraKeyspaces.Objects), await RowsAsync(CassandraKeyspaces.Bytes));
        _used.Push(_keyspaces.Take());
        // Makes the tables.
        await Open().OpenAsync(new(new string('0', 64)), 0, 1, default);
        foreach (var row in objects)
        {
            await RunAsync($"INSERT INTO {{0}}.{CassandraKeyspaces.Objects} (folder, name, size, body, whole) VALUES (?, ?, ?, ?, ?)",
                row.GetValue<string>("folder"), row.GetValue<string>("name"), row.GetValue<int>("size"), row.GetValue<byte[]?>("body"), row.GetValue<bool?>("whole"));
        }
        foreach (var row in bytes)
        {
            await RunAsync($"INSERT INTO {{0}}.{CassandraKeyspaces.Bytes} (object, body, sha256) VALUES (?, ?, ?)",
                row.GetValue<string>("object"), row.GetValue<byte[]>("body"), row.GetValue<byte[]>("sha256"));
        }
    }).GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        foreach (var keyspace in _used)
        {
            await _keyspaces.GiveBackAsync(keyspace);
        }
    }

    // A table that no process has made yet holds nothing.
    private async Task<List<Row>> RowsAsync(string table, string columns = "*")
    {
        try
        {
            var all = new SimpleStatement($"SELECT {columns} FROM {Keyspace}.{table}").SetPageSize(20);
            return [.. await (await _keyspaces.SessionAsync()).ExecuteAsync(all)];
        }
        catch (InvalidQueryException)
        {
            return [];
        }
    }
}
#endif
