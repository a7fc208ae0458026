using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>The log on Kafka.</summary>
public static class KafkaEngine
{
    /// <summary>The log.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="servers">Brokers to begin with: <c>host:port,host:port</c>.</param>
    /// <param name="settings"><c>Kilo:Kafka</c>: <c>Replication</c>, <c>TopicPrefix</c>, and any setting of librdkafka under its own name.</param>
    /// <exception cref="StartRefusedException">The servers are not written like that.</exception>
    public static IServiceCollection AddKafkaLog(this IServiceCollection services, string servers, IConfiguration settings)
    {
        var read = KafkaSettings.Read(servers, settings);
        return services
            .AddSingleton(provider => new KafkaEventLog(
                read, provider.GetService<EventCatalogue>()?.Topics ?? [], provider.GetService<ILogger<KafkaEventLog>>() ?? NullLogger<KafkaEventLog>.Instance))
            .AddSingleton<IEventLog>(provider => provider.GetRequiredService<KafkaEventLog>())
            .AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<KafkaEventLog>());
    }
}
