using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench;

/// <summary>What a scenario works with: servers, directories, and where its figures go.</summary>
internal sealed class BenchRun(BenchOptions options, CancellationToken cancel)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly List<Figure> _figures = [];
    private readonly List<Failure> _failures = [];
    private RawSpeed? _raw;
    private string _scenario = "";

    /// <summary>Ends the run.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>Of a throughput scenario.</summary>
    public Phases Phases { get; } = new(WarmUp, options.Measured);

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

    /// <summary>An empty directory that is deleted when it is disposed.</summary>
    public ScratchDirectory NewDirectory() => new(Path.Combine(options.Data, "bench-" + Guid.NewGuid().ToString("N")[..8]));

    /// <summary>Starts the server on a directory and waits until it is ready.</summary>
    public async Task<ServerProcess> StartAsync(ScratchDirectory data)
    {
        var server = Launch(data);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server on a directory, and does not wait.</summary>
    public ServerProcess Launch(ScratchDirectory data, params string[] arguments) => Launch(data, [], arguments);

    /// <summary>The same with more of an environment.</summary>
    public ServerProcess Launch(ScratchDirectory data, Dictionary<string, string> environment, params string[] arguments) =>
        ServerProcess.Start(options.Host, data.Path, arguments, environment, Fail, cancel);

    /// <summary>The bare machine, measured once and only when a scenario compares with it.</summary>
    public async Task<RawSpeed> RawAsync()
    {
        if (_raw is null)
        {
            using var directory = NewDirectory();
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

    private void Fail(string reason)
    {
        Say($"  failed: {reason}");
        _failures.Add(new Failure(_scenario, reason));
    }

    /// <summary>Says what is going on; the report has the standard output for itself.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}

/// <summary>A directory that is deleted when it is disposed.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public ScratchDirectory(string path) => Path = Directory.CreateDirectory(path).FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
