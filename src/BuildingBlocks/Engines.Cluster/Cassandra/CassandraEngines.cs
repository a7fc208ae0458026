using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>Views in Cassandra.</summary>
public static class CassandraEngines
{
    /// <summary>Where the rows are, for people: without who signs in.</summary>
    /// <param name="connectionString"><c>Contact Points=…;Port=…;Default Keyspace=…;Username=…;Password=…;Local Datacenter=…;Ssl=true</c>.</param>
    /// <param name="replication">Copies of each row, as <c>3</c> or <c>dc1:3,dc2:3</c>; one when it is null.</param>
    /// <exception cref="ArgumentException">One of them is not like that.</exception>
    public static string Where(string connectionString, string? replication) => new CassandraSettings(connectionString, replication).Where;

    /// <summary>The views, a table per module.</summary>
    /// <inheritdoc cref="Where" />
    public static IServiceCollection AddCassandraViews(this IServiceCollection services, string connectionString, string? replication)
    {
        var settings = new CassandraSettings(connectionString, replication);
        return services
            .AddSingleton(_ => new CassandraServer(settings))
            .AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<CassandraServer>())
            .AddSingleton<IViewStores>(provider => new CassandraViewStores(provider.GetRequiredService<CassandraServer>(), provider.GetRequiredService<IEventLog>()));
    }
}
