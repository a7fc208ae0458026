using Kilo.BuildingBlocks.Modules;
#if FULL_FEED
using Kilo.Engines.Cluster.Cassandra;
using Kilo.Engines.Cluster.Redis;
#endif

namespace Kilo.Host;

/// <summary>The engines whose drivers only the released build carries.</summary>
internal static class ReleasedEngines
{
#if FULL_FEED
    public static ChosenEngine AddCassandraViews(IServiceCollection services, IConfiguration configuration)
    {
        var (connection, replication, where) = Cassandra(configuration);
        services.AddCassandraViews(connection, replication);
        return new("views", "Cassandra, a table per module", where);
    }

    public static ChosenEngine AddCassandraContent(IServiceCollection services, IConfiguration configuration)
    {
        var (connection, replication, where) = Cassandra(configuration);
        services.AddCassandraContent(connection, replication);
        return new("content", "Cassandra, in pieces", where);
    }

    public static ChosenEngine AddRedisCache(IServiceCollection services, IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("Redis")!;
        var where = Read("Redis", () => RedisEngines.Where(connection), "host:port,user=…,password=…,ssl=true");
        services.AddRedisCache(connection).AddRedisKeys(connection);
        return new("cache", "Redis, with its keys", where);
    }

    private static (string Connection, string? Replication, string Where) Cassandra(IConfiguration configuration)
    {
        var (connection, replication) = (configuration.GetConnectionString("Cassandra")!, configuration["Kilo:Cassandra:Replication"]);
        return (connection, replication, Read("Cassandra", () => CassandraEngines.Where(connection, replication),
            "Contact Points=…;Port=…;Default Keyspace=…;Username=…;Password=…, and Kilo__Cassandra__Replication is a number or dc1:3,dc2:3"));
    }

    private static string Read(string engine, Func<string> where, string form)
    {
        try
        {
            return where();
        }
        catch (ArgumentException)
        {
            // Without what it says: a password may be in it.
            throw new StartRefusedException($"ConnectionStrings__{engine} is not like one. Its form is {form}.");
        }
    }
#else
    public static ChosenEngine AddCassandraViews(IServiceCollection services, IConfiguration configuration) => throw NotCarried("Cassandra");

    public static ChosenEngine AddCassandraContent(IServiceCollection services, IConfiguration configuration) => throw NotCarried("Cassandra");

    public static ChosenEngine AddRedisCache(IServiceCollection services, IConfiguration configuration) => throw NotCarried("Redis");

    private static StartRefusedException NotCarried(string engine) =>
        new($"ConnectionStrings__{engine} is set, but this build does not carry that engine. Remove it to start with the embedded one.");
#endif
}
