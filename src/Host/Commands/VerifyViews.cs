using System.Text.Json;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Embedded;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>Are the served views what a fold of the log makes? The fold is on this machine, in a temporary file, whatever engine serves.</summary>
internal static class VerifyViews
{
    private const int MostShown = 50;

    public static async Task<int> RunAsync(CommandLine line, Pace pace, bool asJson, CancellationToken cancel)
    {
        await using var engines = await OpenedEngines.ViewsAsync(line, cancel);
        var found = new List<VerifiedViews>();
        foreach (var module in engines.Services.GetRequiredService<Workload>().Modules.Where(m => m.Folds.Count > 0))
        {
            found.Add(await CheckAsync(module, engines, pace, cancel));
        }
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize([.. found], VerifiedViewsJson.Default.VerifiedViewsArray));
        }
        else
        {
            found.ForEach(Tell);
        }
        return found.All(f => f.Ok) ? Command.Done : Command.FoundFaults;
    }

    private static async Task<VerifiedViews> CheckAsync(IModule module, OpenedEngines engines, Pace pace, CancellationToken cancel)
    {
        var services = engines.Services;
        using var progress = new Progress();
        progress.Begin($"folding {module.Name}", events: 1);
        using var scratch = new ScratchViews(module.AllTables(), module.Relations);
        using var check = new ViewCheck(
            module, [.. services.GetKeyedServices<Projection>(module.Name)], services.GetRequiredKeyedService<ModuleViews>(module.Name).Store,
            scratch.Store, scratch.PartitionAfter, engines.Log, services.GetRequiredService<EventCatalogue>(), pace.MovedAsync,
            module.Relations is { } model
                ? new CheckedTables(model, services.GetRequiredKeyedService<IRelations>(module.Name).SnapshotAsync, _ => Task.FromResult(scratch.Snapshot()))
                : null);
        var (events, error) = (0L, (string?)null);
        var found = await check.RunAsync(
            at =>
            {
                progress.Events(at.Folded, events = at.End);
                if (at.Error != error && at.Error is { } why)
                {
                    progress.Say($"Waiting: {why}");
                }
                error = at.Error;
                if (at.Folded == at.End)
                {
                    progress.Begin($"comparing {module.Name}");
                }
            },
            cancel);
        return new VerifiedViews(module.Name, events, found.Rows, found.Differences, found.Restless, found.Behind);
    }

    private static void Tell(VerifiedViews found)
    {
        foreach (var difference in found.Differences.Take(MostShown))
        {
            Console.WriteLine($"{found.Module}: {difference}");
        }
        Console.WriteLine(found.Ok
            ? $"The views of {found.Module}: {Progress.Count(found.Rows, "rows")}, each as a fold of {Progress.Count(found.Events, "events")} makes it."
            : $"The views of {found.Module}: {Progress.Count(found.Rows, "rows")}, {(found.Differences.Count < ViewCheck.MostDifferences ? "" : "at least ")}{found.Differences.Count} not as a fold of "
                + $"{Progress.Count(found.Events, "events")} makes them{(found.Differences.Count > MostShown ? $"; the first {MostShown} are named" : "")}. ./kilo rebuild --modules {found.Module} folds them again.");
        if (found.Restless > 0)
        {
            Console.WriteLine($"{Progress.Count(found.Restless, "rows")} changed with every look and could not be compared.");
        }
        if (found.Behind > 0)
        {
            Console.WriteLine($"They are {Progress.Count(found.Behind, "events")} behind the log.");
        }
    }
}

/// <summary>What was found of a module's views.</summary>
/// <param name="Module">Whose.</param>
/// <param name="Events">Offsets that were folded.</param>
/// <param name="Rows">Rows that were compared.</param>
/// <param name="Differences">Rows that differ.</param>
/// <param name="Restless">Rows that could not be compared.</param>
/// <param name="Behind">Offsets that the views have not folded yet.</param>
internal sealed record VerifiedViews(string Module, long Events, long Rows, IReadOnlyList<ViewDifference> Differences, long Restless, long Behind)
{
    /// <summary>Nothing is wrong.</summary>
    public bool Ok => Differences.Count == 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(VerifiedViews[]))]
internal sealed partial class VerifiedViewsJson : JsonSerializerContext;
