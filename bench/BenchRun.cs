using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench;

/// <summary>What a scenario works with: servers, directories, and where its figures go.</summary>
internal sealed class BenchRun(BenchOptions options, CancellationToken cancel)
{
    // Until the paths that are hot are compiled for good. Five processes on the same cores need longer for that than one.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUpOfCluster = TimeSpan.FromSeconds(25);

    private readonly List<Figure> _figures = [];
    private readonly List<Failure> _failures = [];
    private RawSpeed? _raw;
    private string _scenario = "";

    /// <summary>Ends the run.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>Of a throughput scenario.</summary>
    public Phases Phases { get; } = new(options.Cluster is null ? WarmUp : WarmUpOfCluster, options.Measured);

    /// <summary>Runs every scenario that was asked for; one that fails does not keep the others from running.</summary>
    public async Task<BenchReport> RunAsync()
    {
        foreach (var scenario in options.Scenarios)
        {
            _scenario = scenario.Name;
            Say($"{scenario.Name}: {scenario.Measures}");
            try
            {
                await scenario.RunAsync(this);
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (OperationCanceledException)
            {
                Fail("The server ended before it was measured.");
            }
            catch (Exception e)
            {
                Fail(e.Message);
            }
        }
        return new BenchReport(Machine.Read(TimeProvider.System), _raw, _figures, _failures);
    }

    /// <summary>An empty place, for one scenario.</summary>
    public Place NewPlace() => new(Path.Combine(options.Data, "bench-" + Guid.NewGuid().ToString("N")[..8]), options.Cluster);

    /// <summary>Starts Kilo in a place and waits until it is ready.</summary>
    public Task<Site> StartAsync(Place place) => Site.StartAsync(place, (arguments, environment) => Launch(place, arguments, environment));

    /// <summary>Starts one process in a place, and does not wait.</summary>
    public ServerProcess Launch(Place place, params string[] arguments) => Launch(place, arguments, new Dictionary<string, string?>());

    /// <summary>What a figure should be: of one process with its own engines, or of a cluster, where that has a target.</summary>
    public Target? Target(Target alone, Target? cluster = null) => options.Cluster is null ? alone : cluster;

    /// <summary>The bare machine, measured once and only when a scenario compares with it.</summary>
    public async Task<RawSpeed> RawAsync()
    {
        if (_raw is null)
        {
            using var directory = new Place(Path.Combine(options.Data, "bench-raw"), servers: null);
            _raw = await RawSpeed.MeasureAsync(directory.Path);
        }
        return _raw;
    }

    /// <summary>Adds a line to the report.</summary>
    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Say(FormattableString.Invariant($"  {figure.Name}: {figure.Value:N2} {figure.Unit}"));
    }

    /// <summary>Starts one process in a place, with more in its environment, and does not wait.</summary>
    public ServerProcess Launch(Place place, string[] arguments, IReadOnlyDictionary<string, string?> environment) =>
        ServerProcess.Start(options.Host, place.Path, arguments, [.. place.Environment, .. environment], Fail, cancel);

    private void Fail(string reason)
    {
        Say($"  failed: {reason}");
        _failures.Add(new Failure(_scenario, reason));
    }

    /// <summary>Says what is going on; the report has the standard output for itself.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
