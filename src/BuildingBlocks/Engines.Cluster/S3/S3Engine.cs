using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.Objects;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Cluster.S3;

/// <summary>The content store on S3, or on whatever speaks like it.</summary>
public static class S3Engine
{
    /// <summary>The contents. They are unavailable until S3 answers.</summary>
    /// <exception cref="StartRefusedException">The connection string is not like one.</exception>
    public static IServiceCollection AddS3Content(this IServiceCollection services, string connectionString)
    {
        var address = S3Address.Parse(connectionString);
        services.AddSingleton(_ => new Bucket(address));
        services.AddSingleton<IContentStore>(provider => new ObjectContentStore(provider.GetRequiredService<Bucket>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BucketReadiness>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<BucketReadiness>());
        services.AddHostedService(provider => provider.GetRequiredService<BucketReadiness>());
        return services;
    }

    /// <summary>Where a connection string keeps the contents: endpoint, bucket and prefix, never a secret.</summary>
    /// <exception cref="StartRefusedException">It is not like one.</exception>
    public static string Where(string connectionString) => S3Address.Parse(connectionString).ToString();
}
