using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Postgres.Relational;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>Views, sessions and their keys in one PostgreSQL database.</summary>
public static class PostgresEngines
{
    /// <summary>Where the database is, for people: without who signs in.</summary>
    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public static string Where(string connectionString) => PostgresServer.Where(connectionString);

    /// <summary>The views, a schema per module.</summary>
    public static IServiceCollection AddPostgresViews(this IServiceCollection services, string connectionString) =>
        services.AddServer(connectionString).AddSingleton<IViewStores>(provider => new PostgresViewStores(
            provider.GetRequiredService<PostgresServer>(), provider.GetRequiredService<IEventLog>()));

    /// <summary>The views of a module that has tables for SQL.</summary>
    public static IServiceCollection AddPostgresRelations(this IServiceCollection services, string connectionString, IModule module) => services.AddServer(connectionString)
        .AddKeyedSingleton(module.Name, (provider, _) => new PostgresViewStores(
            provider.GetRequiredService<PostgresServer>(), provider.GetRequiredService<IEventLog>(), module.Relations))
        .AddKeyedSingleton<IViewStores>(module.Name, (provider, key) => provider.GetRequiredKeyedService<PostgresViewStores>(key))
        .AddKeyedSingleton<IRelations>(module.Name, (provider, key) => new PostgresRelations(
            provider.GetRequiredService<PostgresServer>(), module.Relations!, provider.GetRequiredKeyedService<PostgresViewStores>(key), module.Name));

    /// <summary>The distributed cache.</summary>
    public static IServiceCollection AddPostgresCache(this IServiceCollection services, string connectionString) =>
        services.AddServer(connectionString).AddSingleton<IDistributedCache>(provider => new PostgresCache(
            provider.GetRequiredService<PostgresServer>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>The keys that sessions are encrypted with; read only where there are sessions.</summary>
    public static IServiceCollection AddPostgresKeys(this IServiceCollection services, string connectionString)
    {
        services.AddServer(connectionString).AddSingleton<PostgresKeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<PostgresKeyRing>((keys, ring) => keys.XmlRepository = ring);
        return services;
    }

    private static IServiceCollection AddServer(this IServiceCollection services, string connectionString) =>
        services.Any(s => s.ServiceType == typeof(PostgresServer))
            ? services
            : services.AddSingleton(_ => new PostgresServer(connectionString)).AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<PostgresServer>());
}
