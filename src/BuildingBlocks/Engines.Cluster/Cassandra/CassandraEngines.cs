using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>Views and contents in Cassandra.</summary>
public static class CassandraEngines
{
    /// <summary>Where the rows are, for people: without who signs in.</summary>
    /// <param name="connectionString"><c>Contact Points=…;Port=…;Default Keyspace=…;Username=…;Password=…;Local Datacenter=…;Ssl=true</c>.</param>
    /// <param name="replication">Copies of each row, as <c>3</c> or <c>dc1:3,dc2:3</c>; one when it is null.</param>
    /// <exception cref="ArgumentException">One of them is not like that.</exception>
    public static string Where(string connectionString, string? replication) => new CassandraSettings(connectionString, replication).Where;

    /// <summary>The views, a table per module.</summary>
    /// <inheritdoc cref="Where" />
    public static IServiceCollection AddCassandraViews(this IServiceCollection services, string connectionString, string? replication) => services
        .AddServer(connectionString, replication)
        .AddSingleton<IViewStores>(provider => new CassandraViewStores(provider.GetRequiredService<CassandraServer>(), provider.GetRequiredService<IEventLog>()));

    /// <summary>The contents, in pieces. They are unavailable until Cassandra answers.</summary>
    /// <inheritdoc cref="Where" />
    public static IServiceCollection AddCassandraContent(this IServiceCollection services, string connectionString, string? replication) => services
        .AddServer(connectionString, replication)
        .AddSingleton<CassandraObjects>()
        .AddSingleton<IContentStore>(provider => new ObjectContentStore(provider.GetRequiredService<CassandraObjects>(), provider.GetRequiredService<TimeProvider>()));

    // One for all that a process keeps there.
    private static IServiceCollection AddServer(this IServiceCollection services, string connectionString, string? replication)
    {
        var settings = new CassandraSettings(connectionString, replication);
        services.TryAddSingleton(_ => new CassandraServer(settings));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReadinessCheck, CassandraServer>(provider => provider.GetRequiredService<CassandraServer>()));
        return services;
    }
}
