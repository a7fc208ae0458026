using Kilo.Bench.Report;

namespace Kilo.Bench.Scenarios;

/// <summary>What Kilo costs before anybody uses it.</summary>
internal sealed class Idle : IScenario
{
    private const int Starts = 5;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    public string Name => "idle";

    public string Measures => $"time to ready on an empty directory (median of {Starts}), and resident memory {Settled.TotalSeconds} s after";

    public async Task RunAsync(BenchRun run)
    {
        var (ready, resident) = (new List<double>(), 0.0);
        for (var start = 1; start <= Starts; start++)
        {
            using var place = run.NewPlace();
            await using var server = run.Launch(place);
            ready.Add((await server.ReadyAsync()).TotalSeconds);
            if (start == Starts)
            {
                await Task.Delay(Settled, run.Cancel);
                resident = server.ResidentMiB();
            }
        }
        run.Add(new Figure(Name, "start to ready", ready.Order().ElementAt(Starts / 2), "s", Target: run.Target(Target.Below(1.5))));
        run.Add(new Figure(Name, "resident memory, all roles", resident, "MiB", Target: run.Target(Target.Below(90))));
    }
}
