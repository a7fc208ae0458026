namespace Kilo.Bench.Scenarios;

/// <summary>Something that can be measured. It starts its own server on an empty directory and leaves nothing behind.</summary>
internal interface IScenario
{
    /// <summary>As the command line names it.</summary>
    string Name { get; }

    /// <summary>In one sentence.</summary>
    string Measures { get; }

    /// <summary>Measures it and adds the figures to the run.</summary>
    Task RunAsync(BenchRun run);
}

/// <summary>Every scenario, in the order in which a full run takes them.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new Idle(), new UploadSmall(), new VersionsSmall(), new DownloadSmall(), new Visible(),
        new UploadLarge(), new DownloadLarge(), new Memory(), new List(), new Replay(), new Reports(),
    ];
}
