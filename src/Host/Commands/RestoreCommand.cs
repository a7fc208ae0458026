using Kilo.BuildingBlocks.Modules;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>Fills empty engines from a backup.</summary>
internal static class RestoreCommand
{
    public static Command Command { get; } = new(
        "restore", "fills empty engines from a backup; again: goes on where it was interrupted", ["DIR"], [Command.Data, Command.Rate, Filling.AcceptDamaged], RunAsync);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        var source = await BackupDirectory.OpenAsync(line.Arguments[0], cancel);
        if (source.Manifest.Log.Select(p => p.Topic).Except(OpenedEngines.Topics.Select(t => t.Name)).FirstOrDefault() is { } unknown)
        {
            throw new StartRefusedException($"The backup has the topic {unknown}, which this build does not know. Restore it with the version of Kilo that it was made with, or a newer one.");
        }
        await using var target = await OpenedEngines.FillAsync(line, null, cancel);
        return await Filling.RunAsync(source, target, line, cancel);
    }
}
