#if FULL_FEED
using System.Globalization;
using Cassandra;

namespace Kilo.Testing;

/// <summary>The keyspaces that tests have on the Cassandra which the environment names.</summary>
public static class TestKeyspaces
{
    private const int ChangeMilliseconds = 60_000;

    // One for all tests: to connect takes longer than to drop.
    private static readonly Lazy<Task<ISession>> s_session = new(() => new CassandraConnectionStringBuilder(Server).MakeClusterBuilder()
        .WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis(30_000).SetReadTimeoutMillis(30_000)).Build().ConnectAsync());

    /// <summary>The connection string, without a keyspace.</summary>
    public static string Server => At(Servers.Cassandra);

    /// <summary>The connection string of a node at <c>host:port</c>, without a keyspace.</summary>
    public static string At(string address)
    {
        var colon = address.LastIndexOf(':');
        return string.Create(CultureInfo.InvariantCulture, $"Contact Points={address[..colon]};Port={address[(colon + 1)..]}");
    }

    /// <summary>Removes one, if it is there.</summary>
    public static async Task DropAsync(string keyspace) =>
        await (await s_session.Value).ExecuteAsync(new SimpleStatement($"DROP KEYSPACE IF EXISTS {keyspace}").SetReadTimeoutMillis(ChangeMilliseconds));
}
#endif
