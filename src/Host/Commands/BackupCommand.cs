using Kilo.BuildingBlocks.Modules;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>
/// Copies the log up to where it ends now, then the contents that those facts refer to: a content is stored before its fact, so it is there. Nobody has to stop for it.
/// </summary>
internal static class BackupCommand
{
    private static readonly string[] OfABackup = ["log", "contents", "lock", Manifest.FileName, Manifest.FileName + ".tmp"];

    public static Command Command { get; } = new(
        "backup", "copies the log and the contents into a directory; again: adds what is new", ["DIR"], [Command.Data, Command.Rate], RunAsync);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        var (directory, pace) = (Path.GetFullPath(line.Arguments[0]), Pace.Of(line[Command.Rate.Name]));
        await using var engines = await OpenedEngines.ReadAsync(line, cancel);
        MustBeForBackups(directory);
        using var alone = DataLock.Take(directory);
        using var progress = new Progress();
        var earlier = await Manifest.ReadAsync(directory, cancel);
        var catalogue = Modules.Catalogue();
        while (true)
        {
            var at = TimeProvider.System.GetUtcNow();
            var log = await Snapshot.TakeAsync(engines.Source, OpenedEngines.Topics, cancel);
            if (earlier is not null && (earlier.Epoch != engines.Log.Epoch || log.Parts.Any(p => p.End < earlier.Find(p.Topic.Name, p.Partition)?.End)))
            {
                throw new StartRefusedException($"{directory} is a backup of another log, or of a later state of this one. Choose another directory.");
            }
            var writer = new BackupWriter(directory, earlier);
            var manifest = new Manifest(Manifest.CurrentFormat, at, engines.Log.Epoch, await writer.WriteLogAsync(log, pace, progress, cancel), new ManifestContents(0, 0, []));
            // Read back: what the backup says it has is in it, and whoever serves is spared it.
            var copied = await Snapshot.TakeAsync(new BackupDirectory(directory, manifest), OpenedEngines.Topics, cancel);
            var claims = await Claims.ReadAsync(copied, catalogue, progress, cancel);
            var (count, bytes) = (claims.Count, claims.Bytes);
            var faults = await new ContentWalk(engines.Source, pace, progress).RunAsync("copying contents", claims, writer, cancel);
            if (faults.Count > 0 && await WerePurgedAsync(faults, engines.Source))
            {
                // A backup says what happened to all that it lacks: it takes in the log up to there.
                progress.Say("Documents were purged meanwhile; going on with the log.");
                earlier = manifest;
                continue;
            }
            var reports = await FaultReport.OfAsync(faults, claims, cancel);
            manifest = manifest with { Contents = new ManifestContents(count, bytes, [.. reports.Select(r => r.Sha256)]) };
            await writer.FinishAsync(manifest, cancel);
            progress.Dispose();
            return Tell(directory, manifest, claims, reports);
        }

        async Task<bool> WerePurgedAsync(IReadOnlyCollection<Fault> faults, ISource source)
        {
            var now = await Claims.ReadAsync(await Snapshot.TakeAsync(source, OpenedEngines.Topics, cancel), catalogue, progress, cancel);
            return (await FaultReport.OfAsync(faults, now, cancel)).Count < faults.Count;
        }
    }

    private static int Tell(string directory, Manifest manifest, Claims claims, IReadOnlyList<FaultReport> faults)
    {
        foreach (var fault in faults)
        {
            Console.WriteLine(fault);
        }
        if (faults.Count > 0)
        {
            Console.WriteLine($"The backup is without {Progress.Count(faults.Count, "contents")}: they are missing or damaged where they came from.");
        }
        if (claims.Unreadable > 0)
        {
            Console.WriteLine($"{Progress.Count(claims.Unreadable, "events")} about documents cannot be read by this build; the contents that they may refer to are not in the backup.");
        }
        Console.WriteLine($"{directory} is a backup of {Progress.Count(manifest.Log.Sum(p => p.Segments.Sum(s => (long)s.Events)), "events")} and "
            + $"{Progress.Count(manifest.Contents.Count, "contents")} of {Progress.Size(manifest.Contents.Bytes)}, as of {manifest.CreatedAt:u}.");
        Console.WriteLine("It has every document and everybody's password hash: keep it as safe as the portal. Only its owner may read it.");
        return faults.Count == 0 && claims.Unreadable == 0 ? Command.Done : Command.FoundFaults;
    }

    private static void MustBeForBackups(string directory)
    {
        if (!Directory.Exists(directory))
        {
            Disk.CreateDirectory(directory);
        }
        else if (!File.Exists(Path.Combine(directory, Manifest.FileName)) && Directory.EnumerateFileSystemEntries(directory).Any(e => !OfABackup.Contains(Path.GetFileName(e))))
        {
            throw new StartRefusedException($"{directory} is not empty, and is no backup. Choose another directory.");
        }
    }
}
