using System.Globalization;
using Kilo.Bench.Scenarios;
using Kilo.Bench.Server;

namespace Kilo.Bench;

/// <summary>What the command line asked for.</summary>
/// <param name="Host">The server: Kilo.Host or Kilo.Host.dll.</param>
/// <param name="Data">A scratch directory; what the run puts there it deletes.</param>
/// <param name="Json">Where the report is written too.</param>
/// <param name="Measured">How long a throughput scenario is measured.</param>
/// <param name="Cluster">Null: one process with its own engines. Otherwise each workload is a process of its own, over these servers.</param>
/// <param name="Scenarios">Which; in the order given.</param>
internal sealed record BenchOptions(string Host, string Data, string? Json, TimeSpan Measured, ClusterServers? Cluster, IReadOnlyList<IScenario> Scenarios)
{
    /// <summary>How to call it.</summary>
    public static string Usage { get; } = $"""
        dotnet Kilo.Bench.dll --host <Kilo.Host or Kilo.Host.dll> --data <scratch directory> [--json <file>] [--seconds <n>] [--cluster] [scenario…]

        Measures a release build of Kilo from outside and prints a table. Without a scenario: all of them.
        With --cluster: bff, rest and aggregator as processes of their own, over the servers that KILO_TEST_KAFKA, KILO_TEST_POSTGRES and KILO_TEST_S3 name.

        {string.Join(Environment.NewLine, Catalogue.All.Select(s => $"  {s.Name,-16} {s.Measures}"))}
        """;

    /// <exception cref="ArgumentException">Something is missing or unknown; the message says what.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var named = new Dictionary<string, string>();
        var scenarios = new List<IScenario>();
        ClusterServers? cluster = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is "--host" or "--data" or "--json" or "--seconds")
            {
                named[arguments[i]] = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
                i++;
                continue;
            }
            if (arguments[i] is "--cluster")
            {
                cluster = ClusterServers.Read();
                continue;
            }
            scenarios.Add(Catalogue.All.FirstOrDefault(s => s.Name == arguments[i])
                ?? throw new ArgumentException($"There is no scenario '{arguments[i]}'. There are: {string.Join(", ", Catalogue.All.Select(s => s.Name))}."));
        }
        var host = Path.GetFullPath(named.GetValueOrDefault("--host") ?? throw new ArgumentException("--host is missing: the built server."));
        if (!File.Exists(host))
        {
            throw new ArgumentException($"There is no server at {host}.");
        }
        var seconds = named.GetValueOrDefault("--seconds", "10");
        return new BenchOptions(
            host,
            Path.GetFullPath(named.GetValueOrDefault("--data") ?? throw new ArgumentException("--data is missing: a scratch directory.")),
            named.GetValueOrDefault("--json"),
            int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var measured) && measured is >= 1 and <= 600
                ? TimeSpan.FromSeconds(measured)
                : throw new ArgumentException("--seconds must be between 1 and 600."),
            cluster,
            scenarios.Count > 0 ? scenarios : Catalogue.All);
    }
}
