using System.Globalization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Host.Commands;

/// <summary>Events that could not be folded: names them, has them folded again, or has one left out. An operator's word goes onto the log, to whoever folds.</summary>
internal static class ParkedCommand
{
    private const string Usage = "list, retry or drop";

    private static readonly Option Key = new("key", "KEY");

    public static Command Command { get; } = new(
        "parked", "list: names the events that could not be folded; retry: has them folded again; drop: leaves out the first one of a key, and folds those behind it",
        [Usage], [Command.Data, Command.Modules, Key], RunAsync);

    private sealed record Parked(IModule Module, Topic Topic, int Partition, ParkedEvent Event);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        var (verb, key) = (line.Arguments[0], line[Key.Name]);
        if (verb is not ("list" or "retry" or "drop"))
        {
            throw new StartRefusedException($"'{verb}' is none of {Usage}.{Environment.NewLine}{Command.Usage}");
        }
        if (verb == "drop" && key is null)
        {
            throw new StartRefusedException($"drop needs the key whose first parked event is to be left out.{Environment.NewLine}{Command.Usage}");
        }
        await using var engines = await OpenedEngines.ViewsAsync(line, cancel);
        var parked = (await ParkedAsync(engines, cancel)).Where(p => key is null || p.Event.Key == key).ToList();
        if (verb == "list")
        {
            Tell(parked);
            return parked.Count == 0 ? Command.Done : Command.FoundFaults;
        }
        if (parked.Count == 0)
        {
            Console.WriteLine(key is null ? "Nothing is parked." : $"Nothing is parked under the key {key}.");
            return key is null ? Command.Done : Command.FoundFaults;
        }
        var ids = engines.Services.GetRequiredService<Ids>();
        foreach (var ofKey in parked.GroupBy(p => (p.Module, p.Topic, p.Event.Key)))
        {
            var word = new ParkedResolved(ofKey.Key.Module.Name, verb == "drop" ? ofKey.Min(p => p.Event.Offset) : null);
            var position = await engines.Log.AppendAsync(ofKey.Key.Topic, word.For(ofKey.Key.Key, ids.New(), TimeProvider.System.GetUtcNow()), cancel);
            await HeardAsync(engines, ofKey.Key.Module, position, cancel);
        }
        var left = (await ParkedAsync(engines, cancel)).Where(p => key is null || p.Event.Key == key).ToList();
        Console.WriteLine($"{parked.Count - left.Count} of {parked.Count} are not parked any more.");
        Tell(left);
        return left.Count == 0 ? Command.Done : Command.FoundFaults;
    }

    private static async Task<List<Parked>> ParkedAsync(OpenedEngines engines, CancellationToken cancel)
    {
        var found = new List<Parked>();
        foreach (var module in engines.Services.GetRequiredService<Workload>().Modules.Where(m => m.Folds.Count > 0))
        {
            var store = engines.Services.GetRequiredKeyedService<ModuleViews>(module.Name).Store;
            foreach (var topic in module.Folds)
            {
                for (var partition = 0; partition < engines.Log.Partitions(topic); partition++)
                {
                    foreach (var (_, row, _) in await ParkedEvent.Table.SliceAsync(store, ParkedEvent.Of(topic.Name, partition), "", null, int.MaxValue, cancel))
                    {
                        found.Add(new(module, topic, partition, row));
                    }
                }
            }
        }
        return found;
    }

    private static async Task HeardAsync(OpenedEngines engines, IModule module, LogPosition position, CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await engines.Services.GetRequiredKeyedService<ModuleViews>(module.Name).Store.WaitForAsync(position.Topic, position.Partition, position.Offset, bounded.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new StartRefusedException($"The word is on the log, but no aggregator of {module.Name} has folded it within 30 s. It will when one runs.");
        }
    }

    private static void Tell(List<Parked> parked)
    {
        foreach (var (module, topic, partition, at) in parked)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{module.Name}  {topic.Name}/{partition}/{at.Offset}  {at.Type}  key {at.Key}  event {at.EventId}: {at.Reason}"));
        }
        Console.WriteLine(parked.Count == 0 ? "Nothing is parked." : $"{parked.Count} parked.");
    }
}
