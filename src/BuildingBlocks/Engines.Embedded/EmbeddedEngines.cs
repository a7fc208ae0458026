using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kilo.Engines.Embedded;

/// <summary>The engines that need nothing beside the process: SQLite and files in one directory.</summary>
public static class EmbeddedEngines
{
    /// <summary>The log.</summary>
    public static IServiceCollection AddEmbeddedLog(this IServiceCollection services, string data) =>
        services.AddSingleton<IEventLog>(_ => new SqliteEventLog(Path.Combine(data, "log")));

    /// <summary>The views.</summary>
    public static IServiceCollection AddEmbeddedViews(this IServiceCollection services, string data) =>
        services.AddSingleton<IViewStores>(provider => new SqliteViewStores(
            Path.Combine(data, "views"),
            provider.GetRequiredService<IEventLog>(),
            provider.GetService<ILogger<SqliteViewStores>>() ?? NullLogger<SqliteViewStores>.Instance));

    /// <summary>The views of a module that has tables for SQL.</summary>
    public static IServiceCollection AddEmbeddedRelations(this IServiceCollection services, string data, IModule module) => services
        .AddKeyedSingleton(module.Name, (provider, _) => new SqliteViewStores(
            Path.Combine(data, "views"),
            provider.GetRequiredService<IEventLog>(),
            provider.GetService<ILogger<SqliteViewStores>>() ?? NullLogger<SqliteViewStores>.Instance,
            module.Relations))
        .AddKeyedSingleton<IViewStores>(module.Name, (provider, key) => provider.GetRequiredKeyedService<SqliteViewStores>(key))
        .AddKeyedSingleton<IRelations>(module.Name, (provider, key) => new SqliteRelations(provider.GetRequiredKeyedService<SqliteViewStores>(key), module));

    /// <summary>The contents.</summary>
    public static IServiceCollection AddEmbeddedContent(this IServiceCollection services, string data) =>
        services.AddSingleton<IContentStore>(provider => new FileContentStore(Path.Combine(data, "content"), provider.GetRequiredService<TimeProvider>()));

    /// <summary>The distributed cache.</summary>
    public static IServiceCollection AddEmbeddedCache(this IServiceCollection services, string data) =>
        services.AddSingleton<IDistributedCache>(provider => new SqliteCache(Path.Combine(data, "cache", "cache.db"), provider.GetRequiredService<TimeProvider>()));
}
