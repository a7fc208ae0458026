using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.Logging;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>How far a rebuild is.</summary>
/// <param name="Folded">Offsets that are folded, of all partitions.</param>
/// <param name="End">Offsets that the log has now.</param>
/// <param name="Error">Why it does not go on at the moment, or null.</param>
public readonly record struct RebuildProgress(long Folded, long End, string? Error);

/// <summary>
/// Folds a module's topics from 0 into the next generation of its views, beside the one that is served, and then serves that: while others read, write and fold. One
/// that ended early goes on where it was.
/// </summary>
/// <param name="module">Whose views.</param>
/// <param name="projections">The module's.</param>
/// <param name="stores">Where the views are.</param>
/// <param name="log">What is folded.</param>
/// <param name="catalogue">What it means.</param>
/// <param name="loggers">Told of what cannot be folded.</param>
public sealed class Rebuild(IModule module, IReadOnlyList<Projection> projections, IViewStores stores, IEventLog log, EventCatalogue catalogue, ILoggerFactory loggers)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the new generation is served.</summary>
    /// <param name="report">Called several times a second.</param>
    /// <param name="cancel">Ends it early; what was folded is kept for the next time.</param>
    /// <exception cref="LogUnavailableException">The log is away.</exception>
    /// <exception cref="ViewsUnavailableException">The views are away.</exception>
    public async Task RunAsync(Action<RebuildProgress> report, CancellationToken cancel)
    {
        var next = await stores.OpenNextAsync(module.Name, module.AllTables(), cancel);
        var status = new PumpStatus();
        var views = new ModuleViews(module.Name, next, log, module.Folds, new WaitOptions()) { Group = $"kilo-{module.Name}-rebuild{(stores.Place is { } place ? $"-{place}" : "")}" };
        var pumps = module.Folds.Select(topic => new EventPump(
            views, topic, [.. projections.Where(p => p.Topics.Contains(topic))], log, catalogue, status, loggers.CreateLogger<EventPump>())).ToList();
        try
        {
            await Task.WhenAll(pumps.Select(p => p.StartAsync(cancel)));
            while (true)
            {
                var (folded, end) = await LookAsync(next, cancel);
                report(new(folded, end, status.Pumps.Select(p => p.Error).FirstOrDefault(e => e is not null)));
                if (folded >= end)
                {
                    break;
                }
                await Task.Delay(LookInterval, cancel);
            }
        }
        finally
        {
            await Task.WhenAll(pumps.Select(p => p.StopAsync(CancellationToken.None)));
        }
        await stores.ServeNextAsync(module.Name, cancel);
    }

    private async Task<(long Folded, long End)> LookAsync(IViewStore next, CancellationToken cancel)
    {
        var (folded, ends) = (0L, 0L);
        foreach (var topic in module.Folds)
        {
            for (var partition = 0; partition < log.Partitions(topic); partition++)
            {
                folded += await next.CheckpointAsync(topic.Name, partition, cancel);
                ends += await log.EndAsync(topic, partition, cancel);
            }
        }
        return (folded, ends);
    }
}
