using Kilo.BuildingBlocks.Modules;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Cluster.Redis;

/// <summary>Sessions and their keys in Redis.</summary>
public static class RedisEngines
{
    /// <summary>Where Redis is, for people: without who signs in.</summary>
    /// <exception cref="ArgumentException">It is no connection string, or names no host.</exception>
    public static string Where(string connectionString) => RedisServer.Where(connectionString);

    /// <summary>The distributed cache.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="connectionString"><c>host:port,user=…,password=…,ssl=true</c>.</param>
    /// <param name="keyPrefix">Before every key: installations that share a server have one each.</param>
    public static IServiceCollection AddRedisCache(this IServiceCollection services, string connectionString, string keyPrefix = "") =>
        services.AddServer(connectionString, keyPrefix).AddSingleton<IDistributedCache>(provider => new RedisCache(
            provider.GetRequiredService<RedisServer>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>The keys that sessions are encrypted with; read only where there are sessions.</summary>
    /// <inheritdoc cref="AddRedisCache" />
    public static IServiceCollection AddRedisKeys(this IServiceCollection services, string connectionString, string keyPrefix = "")
    {
        services.AddServer(connectionString, keyPrefix).AddSingleton<RedisKeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<RedisKeyRing>((keys, ring) => keys.XmlRepository = ring);
        return services;
    }

    private static IServiceCollection AddServer(this IServiceCollection services, string connectionString, string keyPrefix) =>
        services.Any(s => s.ServiceType == typeof(RedisServer))
            ? services
            : services.AddSingleton(_ => new RedisServer(connectionString, keyPrefix)).AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<RedisServer>());
}
