using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host.Commands;

/// <summary>Fills the engines that the settings name from a data directory, such as a laptop's.</summary>
internal static class MigrateCommand
{
    private static readonly Option FromData = new("from-data", "DIR");

    public static Command Command { get; } = new(
        "migrate", "fills the engines that the connection strings name from a data directory; again: goes on where it was interrupted",
        [], [FromData, Command.Data, Command.Rate, Filling.AcceptDamaged], RunAsync);

    private static async Task<int> RunAsync(CommandLine line, CancellationToken cancel)
    {
        var data = Path.GetFullPath(line[FromData.Name] ?? throw new StartRefusedException($"--from-data is missing.{Environment.NewLine}{Command.Usage}"));
        await using var source = OpenedEngines.Take(data);
        await using var target = await OpenedEngines.FillAsync(line, data, cancel);
        var outcome = await Filling.RunAsync(source.Source, target, line, cancel);
        if (outcome == Command.Done)
        {
            Console.WriteLine($"Uploads in pieces that were under way were not moved, and browsers sign in again; tokens stay. {data} is as it was: remove it when you no longer need it, and start no server on it.");
        }
        return outcome;
    }
}
