using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.Hosting;

namespace Kilo.Engines.Cluster.S3;

/// <summary>Opens the bucket when the process starts, however long that takes, and says what it waits for.</summary>
internal sealed class BucketReadiness(Bucket bucket) : BackgroundService, IReadinessCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile string? _reason = $"Waiting for S3 at {bucket.Where}.";

    public string? NotReadyBecause => _reason;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_reason is not null)
        {
            try
            {
                await bucket.OpenAsync(stoppingToken);
                _reason = null;
            }
            catch (ContentUnavailableException e)
            {
                _reason = $"Waiting for S3: {e.Message}";
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }
}
