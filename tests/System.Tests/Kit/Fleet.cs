using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;

namespace Kilo.SystemTests.Kit;

/// <summary>Workloads as processes of their own over Kafka, PostgreSQL and S3: nothing but those servers is shared. Skips the test where one of them is missing.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private sealed record Started(string Workload, DataDirectory Data, IReadOnlyDictionary<string, string?> Environment);

    private readonly List<Started> _started = [];
    private readonly List<KiloProcess> _processes = [];
    private readonly List<string> _lastWords = [];

    private Fleet(ClusterEngines engines) => Engines = engines;

    /// <summary>What they have in common.</summary>
    public ClusterEngines Engines { get; }

    /// <summary>In the order of their first starts.</summary>
    public IReadOnlyList<KiloProcess> Processes => _processes;

    public static async Task<Fleet> CreateAsync() => new(await ClusterEngines.CreateAsync());

    /// <summary>An outage is a line in what they print, those that were killed as well; a stack trace is a fault.</summary>
    public void ShouldHavePrintedNoStackTrace()
    {
        foreach (var output in _lastWords.Concat(_processes.Select(p => p.Output)))
        {
            var lines = output.Split(Environment.NewLine);
            var first = Array.FindIndex(lines, line => Regex.IsMatch(line, @"^\s+at \S+\(.*\)"));
            (first < 0 ? [] : lines[Math.Max(0, first - 5)..Math.Min(lines.Length, first + 15)]).ShouldBeEmpty();
        }
    }

    /// <summary>Starts one, and does not wait for it.</summary>
    /// <param name="workload">Its role and modules.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="environment">More than what the engines need; it wins.</param>
    public KiloProcess Start(string workload, int port = 0, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var all = Engines.Environment;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }
        _started.Add(new(workload, new DataDirectory(), all));
        _processes.Add(KiloProcess.Start(_started[^1].Data.Path, workload, port, all));
        return _processes[^1];
    }

    /// <summary>Returns when all of them are ready.</summary>
    public Task ReadyAsync() => Task.WhenAll(_processes.Select(p => p.IsReadyAsync()));

    /// <summary>kill -9, and a start of the same on its port.</summary>
    public async Task<KiloProcess> RestartAsync(int which)
    {
        var killed = _processes[which];
        await killed.KillAsync();
        _processes[which] = KiloProcess.Start(_started[which].Data.Path, _started[which].Workload, killed.Port, _started[which].Environment);
        _lastWords.Add(killed.Output);
        await killed.DisposeAsync();
        return _processes[which];
    }

    /// <summary>The first administrator at one process, who signed in at another.</summary>
    public static async Task<KiloClient> AdminAsync(KiloProcess at, KiloProcess signsInAt)
    {
        using var admin = await signsInAt.AdminAsync();
        return at.Anonymous.WithToken(admin.Token!, admin.UserId);
    }

    /// <summary>Runs an operator's command over the same engines.</summary>
    public Task<KiloCommand> RunAsync(string command, int exitCode = 0) => KiloCommand.RunAsync($"{command} --data {_started[0].Data.Path}", exitCode, Engines.Environment);

    /// <summary>Every view equals a fold of the log from 0, and all of the log is in it; in reports all but the last downloads, which are recorded beside.</summary>
    public async Task ViewsShouldBeFoldsAsync()
    {
        var checkedViews = JsonNode.Parse((await RunAsync("verify --views --json")).Result)!.AsArray();
        checkedViews.Select(m => m!["module"]!.GetValue<string>()).ShouldBe(["documents", "users", "reporting"]);
        foreach (var module in checkedViews)
        {
            module!["differences"]!.AsArray().ShouldBeEmpty();
            module["restless"]!.GetValue<long>().ShouldBe(0, module.ToJsonString());
            if (module["module"]!.GetValue<string>() != "reporting")
            {
                module["behind"]!.GetValue<long>().ShouldBe(0, module.ToJsonString());
            }
            module["rows"]!.GetValue<long>().ShouldBeGreaterThan(0);
        }
    }

    /// <summary>Returns when the views of documents are level with the log: what was accepted may not be folded yet.</summary>
    public static Task FoldedAsync(KiloClient client) => Eventually.Async("the views to be level with the log", async () =>
        (await StandingAsync(client)).All(s => s.Position >= s.End), TimeSpan.FromMinutes(1));

    /// <summary>Where the views of documents stand, and where the log ends, per partition.</summary>
    public static async Task<IReadOnlyList<(long Position, long End)>> StandingAsync(KiloClient client) =>
    [
        .. (await client.GetAsync("/api/operations/documents")).ShouldBe(HttpStatusCode.OK).Json["views"]!.AsArray()
            .Select(v => (v!["position"]!.GetValue<long>(), v["end"]!.GetValue<long>())),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        _started.ForEach(s => s.Data.Dispose());
        await Engines.DisposeAsync();
    }
}
