using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>Folds the log from 0 into new views beside those that are served, and then serves the new ones.</summary>
internal static class RebuildCommand
{
    public static Command Command { get; } = new(
        "rebuild", "folds the views from the log again, beside those that are served, and then serves the new ones; again: goes on", [], [Command.Data, Command.Modules], RunAsync);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        await using var engines = await OpenedEngines.ViewsAsync(line, cancel);
        var services = engines.Services;
        foreach (var module in services.GetRequiredService<Workload>().Modules.Where(m => m.Folds.Count > 0))
        {
            using var progress = new Progress();
            progress.Begin($"folding {module.Name}", events: 1);
            var (events, error) = (0L, (string?)null);
            var rebuild = new Rebuild(
                module, [.. services.GetKeyedServices<Projection>(module.Name)], services.StoresOf(module), engines.Log,
                services.GetRequiredService<EventCatalogue>(), services.GetRequiredService<ILoggerFactory>());
            await rebuild.RunAsync(
                at =>
                {
                    progress.Events(at.Folded, events = at.End);
                    if (at.Error != error && at.Error is { } why)
                    {
                        progress.Say($"Waiting: {why}");
                    }
                    error = at.Error;
                },
                cancel);
            progress.Dispose();
            Console.WriteLine($"The views of {module.Name} are folded again from {Progress.Count(events, "events")}, and served.");
        }
        return Command.Done;
    }
}
