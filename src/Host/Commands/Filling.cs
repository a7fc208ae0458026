using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>
/// Copies a source into empty engines: contents first, so that no fact ever refers to what is not there, then the log; then it reads all of it again.
/// </summary>
internal static class Filling
{
    /// <summary>Goes on without contents that the source lacks.</summary>
    public static Option AcceptDamaged { get; } = new("accept-damaged");

    public static async Task<int> RunAsync(ISource source, OpenedEngines target, CommandLine line, CancellationToken cancel)
    {
        using var progress = new Progress();
        var (pace, catalogue) = (Pace.Of(line[Command.Rate.Name]), Modules.Catalogue());
        var log = await Snapshot.TakeAsync(source, OpenedEngines.Topics, cancel);
        var copy = new LogCopy(log, target.Log, target.Source, OpenedEngines.Topics, pace, progress);
        // Before anything is written: engines that hold something else are refused here.
        await copy.CompareAsync(cancel);
        if (copy.Present > 0)
        {
            progress.Say($"Going on: {Progress.Count(copy.Present, "events")} are there already.");
        }

        var claims = await Claims.ReadAsync(log, catalogue, progress, cancel);
        var (count, bytes) = (claims.Count, claims.Bytes);
        var faults = await new ContentWalk(source, pace, progress).RunAsync("copying contents", claims, new StoringSink(target.Contents), cancel);
        var reports = await FaultReport.OfAsync(faults, claims, cancel);
        Tell(reports);
        if (reports.Count > 0 && !line.Has(AcceptDamaged.Name))
        {
            Console.WriteLine($"{Progress.Count(reports.Count, "contents")} could not be copied. No event was appended. "
                + $"Put them right and run this again, or go on without them with --{AcceptDamaged.Name}.");
            return Command.FoundFaults;
        }

        await copy.AppendAsync(cancel);
        await copy.CompareAsync(cancel);
        var there = await Claims.ReadAsync(await Snapshot.TakeAsync(target.Source, OpenedEngines.Topics, cancel), catalogue, progress, cancel);
        var isWhole = copy.IsComplete && (there.Count, there.Bytes) == (count, bytes);
        var lacking = await new ContentWalk(target.Source, pace, progress).RunAsync("reading contents again", there, new CheckingSink(), cancel);
        var unexpected = await FaultReport.OfAsync([.. lacking.Where(l => faults.All(f => f.Sha256 != l.Sha256))], there, cancel);
        progress.Dispose();
        Tell(unexpected);
        if (!isWhole || unexpected.Count > 0)
        {
            Console.WriteLine("What was copied is not what was there. Empty the engines and start again.");
            return Command.FoundFaults;
        }
        Console.WriteLine($"{Progress.Count(copy.Present, "events")} and {Progress.Count(count - lacking.Count, "contents")} of {Progress.Size(bytes)} are there, each as it was. The views are folded when Kilo starts.");
        return lacking.Count == 0 ? Command.Done : Command.FoundFaults;
    }

    private static void Tell(IReadOnlyList<FaultReport> faults)
    {
        foreach (var fault in faults)
        {
            Console.WriteLine(fault);
        }
    }
}
