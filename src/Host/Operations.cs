using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Host;

/// <summary>How a module is.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Engines">What it runs on.</param>
/// <param name="Views">How far its views are, per log partition.</param>
/// <param name="Parked">Events that could not be folded, and those behind them; 100 of each partition at most.</param>
public sealed record OperationsReport(string Module, IReadOnlyList<ChosenEngine> Engines, IReadOnlyList<ViewReport> Views, IReadOnlyList<ParkedReport> Parked);

/// <summary>How far a view is.</summary>
/// <param name="Topic">What it folds.</param>
/// <param name="Partition">Which partition.</param>
/// <param name="Position">The offset that it reads next.</param>
/// <param name="End">The end of the log.</param>
/// <param name="Lag">Events in between.</param>
public sealed record ViewReport(string Topic, int Partition, long Position, long End, long Lag);

/// <summary>A parked event.</summary>
public sealed record ParkedReport(string Topic, int Partition, long Offset, Guid EventId, string Type, string Key, string Reason);

/// <summary>What operators ask of a module, answered from its views and the log: whichever process folds them.</summary>
internal static class Operations
{
    private const int MostParked = 100;

    public static void MapOperations(this WebApplication app, HostSettings settings)
    {
        foreach (var module in settings.Modules.Where(m => m.Roles.HasFlag(Role.Rest)))
        {
            app.MapModule(module.Name, "/api").WithTags("Operators")
                .MapGet($"/operations/{module.Name}", (IServiceProvider services, CancellationToken cancel) => ReportAsync(module, services, cancel))
                .RequireAuthorization(Roles.Admin)
                .WithName($"GetOperationsOf{char.ToUpperInvariant(module.Name[0])}{module.Name[1..]}")
                .WithSummary($"How {module.Name} is: its engines, how far its views are, what is parked.");
        }
    }

    private static async Task<OperationsReport> ReportAsync(IModule module, IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredKeyedService<ModuleViews>(module.Name).Store;
        var log = services.GetRequiredService<IEventLog>();
        var (views, parked) = (new List<ViewReport>(), new List<ParkedReport>());
        foreach (var topic in module.Folds)
        {
            for (var partition = 0; partition < log.Partitions(topic); partition++)
            {
                // In this order: the end can only be further on, so a lag is never too small.
                var position = await store.CheckpointAsync(topic.Name, partition, cancel);
                var end = await log.EndAsync(topic, partition, cancel);
                views.Add(new ViewReport(topic.Name, partition, position, end, Math.Max(0, end - position)));
                foreach (var (_, row, _) in await ParkedEvent.Table.SliceAsync(store, ParkedEvent.Of(topic.Name, partition), "", null, MostParked, cancel))
                {
                    parked.Add(new ParkedReport(topic.Name, partition, row.Offset, row.EventId, row.Type, row.Key, row.Reason));
                }
            }
        }
        return new OperationsReport(module.Name, services.GetRequiredService<IReadOnlyList<ChosenEngine>>(), views, parked);
    }
}
