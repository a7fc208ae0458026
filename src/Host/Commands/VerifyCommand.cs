using System.Text.Json;
using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>Reads everything once: the whole log, and every content that its facts refer to; or, when asked, the views and the log that they are folded from.</summary>
internal static class VerifyCommand
{
    private const int MostNamed = 1_000;

    private static readonly Option Backup = new("backup", "DIR");
    private static readonly Option Views = new("views");
    private static readonly Option Json = new("json");

    public static Command Command { get; } = new(
        "verify", "reads the log and every content that it refers to, and names what is missing or damaged; with --views: folds the log again and names the rows of views that differ",
        [], [Command.Data, Command.Rate, Backup, Views, Command.Modules, Json], RunAsync);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        var pace = Pace.Of(line[Command.Rate.Name]);
        if (line.Has(Views.Name) ? line.Has(Backup.Name) : line.Has(Command.Modules.Name))
        {
            throw new StartRefusedException($"--modules belongs to --views, and a backup has no views.{Environment.NewLine}{Command.Usage}");
        }
        if (line.Has(Views.Name))
        {
            return await VerifyViews.RunAsync(line, pace, line.Has(Json.Name), cancel);
        }
        if (line[Backup.Name] is { } directory)
        {
            return Tell(await VerifyAsync(await BackupDirectory.OpenAsync(directory, cancel), pace, cancel), line.Has(Json.Name));
        }
        await using var engines = await OpenedEngines.ReadAsync(line, cancel);
        return Tell(await VerifyAsync(engines.Source, pace, cancel), line.Has(Json.Name));
    }

    private static async Task<Verified> VerifyAsync(ISource source, Pace pace, CancellationToken cancel)
    {
        using var progress = new Progress();
        var catalogue = Modules.Catalogue();
        var started = TimeProvider.System.GetUtcNow();
        var log = await Snapshot.TakeAsync(source, OpenedEngines.Topics, cancel);
        var events = await ReadEventsAsync(log, catalogue, progress, cancel);
        var claims = await Claims.ReadAsync(log, catalogue, progress, cancel);
        var unreferenced = 0L;
        progress.Begin("listing contents");
        await foreach (var hash in source.ContentsAsync(started, cancel))
        {
            unreferenced += claims.Contains(hash.Hex) ? 0 : 1;
        }
        var faults = await new ContentWalk(source, pace, progress).RunAsync("reading contents", claims, new CheckingSink(), cancel);
        var reports = (IReadOnlyList<FaultReport>)[];
        if (faults.Count > 0)
        {
            // The log of now: who serves meanwhile may have purged a document and swept what it had.
            var now = await Claims.ReadAsync(await Snapshot.TakeAsync(source, OpenedEngines.Topics, cancel), catalogue, progress, cancel);
            reports = await FaultReport.OfAsync(faults, now, cancel);
        }
        return events with { Contents = claims.Count, Bytes = claims.Bytes, Faults = reports, Unreferenced = unreferenced };
    }

    private static async Task<Verified> ReadEventsAsync(Snapshot log, EventCatalogue catalogue, Progress progress, CancellationToken cancel)
    {
        progress.Begin("reading the log", events: log.Events);
        var (events, unreadable, outOfOrder) = (0L, new List<string>(), new List<string>());
        foreach (var part in log.Parts)
        {
            var last = -1L;
            await foreach (var (position, @event) in log.ReadAsync(part, cancel))
            {
                events++;
                progress.Event();
                if (position.Offset <= last)
                {
                    Name(outOfOrder, $"{part} at {position.Offset}: after {last}");
                }
                last = Math.Max(last, position.Offset);
                try
                {
                    catalogue.Read(@event);
                }
                catch (UnreadableEventException e)
                {
                    Name(unreadable, $"{part} at {position.Offset}: {e.Message}");
                }
            }
        }
        return new Verified(events, unreadable, outOfOrder);

        static void Name(List<string> names, string name)
        {
            if (names.Count < MostNamed)
            {
                names.Add(name);
            }
        }
    }

    private static int Tell(Verified result, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, VerifiedJson.Default.Verified));
        }
        else
        {
            foreach (var fault in result.Faults)
            {
                Console.WriteLine(fault);
            }
            foreach (var bad in result.Unreadable.Concat(result.OutOfOrder))
            {
                Console.WriteLine(bad);
            }
            Console.WriteLine($"The log: {Progress.Count(result.Events, "events")}, {result.Unreadable.Count} unreadable, {result.OutOfOrder.Count} out of order.");
            Console.WriteLine($"The contents: {result.Contents:N0} of {Progress.Size(result.Bytes)}, {result.Faults.Count} missing or damaged.");
            Console.WriteLine($"Besides them: {Progress.Count(result.Unreferenced, "contents")} that nothing refers to.");
        }
        return result.Ok ? Command.Done : Command.FoundFaults;
    }
}

/// <summary>What was found.</summary>
/// <param name="Events">On the log.</param>
/// <param name="Unreadable">Events that this build cannot read; 1,000 at most are named.</param>
/// <param name="OutOfOrder">Events whose offsets do not ascend; 1,000 at most are named.</param>
internal sealed record Verified(long Events, IReadOnlyList<string> Unreadable, IReadOnlyList<string> OutOfOrder)
{
    /// <summary>How many contents the facts refer to.</summary>
    public long Contents { get; init; }

    /// <summary>Together.</summary>
    public long Bytes { get; init; }

    /// <summary>Those that are missing or damaged.</summary>
    public IReadOnlyList<FaultReport> Faults { get; init; } = [];

    /// <summary>Contents that nothing refers to: of purged documents, or of uploads whose fact never came.</summary>
    public long Unreferenced { get; init; }

    /// <summary>Nothing is wrong.</summary>
    public bool Ok => Faults.Count == 0 && Unreadable.Count == 0 && OutOfOrder.Count == 0;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Verified))]
internal sealed partial class VerifiedJson : JsonSerializerContext;
