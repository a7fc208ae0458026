using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Cluster;

/// <summary>Each workload as a process of its own, over Kafka, PostgreSQL and S3: nothing but those servers is shared.</summary>
[Collection(Loads.Name)]
public sealed class ClusterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 10;
    private const int Uploaders = 4;

    // Two of what folds and of what serves documents: while one is dead, the other one takes over.
    private static readonly string[] Workloads =
    [
        "--role rest --modules users", "--role aggregator --modules users",
        "--role rest --modules documents", "--role aggregator --modules documents", "--role aggregator --modules documents",
    ];

    private readonly Dictionary<string, string?> _bff = [];
    private readonly List<DataDirectory> _directories = [];
    private readonly List<KiloProcess> _processes = [];
    private readonly Ledger _ledger = new();
    private ClusterEngines? _engines;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        foreach (var directory in _directories)
        {
            directory.Dispose();
        }
        if (_engines is not null)
        {
            await _engines.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_person_uses_the_portal_over_it_in_any_order_of_starts()
    {
        _engines = await ClusterEngines.CreateAsync();
        // The portal first: it waits for nobody.
        var (users, documents) = (KiloProcess.FreePort(), KiloProcess.FreePort());
        _bff["Kilo__Upstreams__Users"] = $"http://localhost:{users}";
        _bff["Kilo__Upstreams__Documents"] = $"http://localhost:{documents}";
        var bff = Start("--role bff");
        foreach (var (workload, port) in new[] { (Workloads[2], documents), (Workloads[3], 0), (Workloads[0], users), (Workloads[1], 0) })
        {
            Start(workload, port);
        }
        await Task.WhenAll(_processes.Select(p => p.IsReadyAsync()));

        using var browser = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        var added = (await browser.AddAsync(Bytes.Of("one"), "Report.txt")).ShouldBe(HttpStatusCode.Created);
        var document = added.Json["id"]!.GetValue<Guid>();
        (await browser.AddVersionAsync(document, Bytes.Of("two"))).ShouldBe(HttpStatusCode.Created).Json["number"]!.GetValue<int>().ShouldBe(2);

        (await browser.ListAsync("/api/documents")).ShouldHaveSingleItem()["version"]!.GetValue<int>().ShouldBe(2);
        (await browser.DownloadAsync(document, 1)).ShouldBe(Bytes.Of("one"));
        (await browser.DownloadAsync(document)).ShouldBe(Bytes.Of("two"));
        // Another portal's process knows the session: it is in PostgreSQL, and so is the key of its cookie.
        var other = Start("--role bff");
        await other.IsReadyAsync();
        using var same = other.Anonymous.Browser(browser.UserId, browser.Cookies);
        (await same.ListAsync("/api/documents")).ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task What_was_acknowledged_survives_processes_that_are_killed_again_and_again()
    {
        _engines = await ClusterEngines.CreateAsync();
        foreach (var workload in Workloads)
        {
            Start(workload);
        }
        await Task.WhenAll(_processes.Select(p => p.IsReadyAsync()));
        using var atUsers = await _processes[0].AdminAsync();
        using var admin = _processes[2].Anonymous.WithToken(atUsers.Token!, atUsers.UserId);
        var shared = await Uploader.ShareAsync(admin, _ledger, 3);
        using var stop = new CancellationTokenSource();
        var uploads = Enumerable.Range(0, Uploaders).Select(i => Task.Run(async () =>
        {
            var uploader = new Uploader($"u{i}", Seed.Value + i, _ledger, shared);
            while (!stop.IsCancellationRequested)
            {
                await _ledger.SendAsync(admin, uploader.Next(large: 5));
            }
        })).ToArray();

        var random = new Random(Seed.Value);
        for (var kill = 0; kill < Kills; kill++)
        {
            var enough = _ledger.Count + random.Next(5, 20);
            await Eventually.Async($"{enough} uploads to be acknowledged", () => _ledger.Count >= enough || uploads.Any(u => u.IsFaulted), TimeSpan.FromMinutes(1));
            var victim = random.Next(Workloads.Length);
            await _processes[victim].KillAsync();
            _processes[victim] = Start(Workloads[victim], _processes[victim].Port, _directories[victim]);
            await _processes[victim].IsReadyAsync();
        }
        await stop.CancelAsync();
        await Eventually.Ends("the uploads under way to be acknowledged", Task.WhenAll(uploads), TimeSpan.FromMinutes(1));
        output.WriteLine($"{_ledger.Count} uploads were acknowledged.");
        await FoldedAsync(admin);

        await _ledger.ShouldHoldAsync(admin);
        // The views equal a fold of the log from 0.
        var before = await DumpAsync(admin);
        var rebuilt = await KiloCommand.RunAsync($"rebuild --modules documents --data {_directories[2].Path}", environment: _engines.Environment);
        rebuilt.Result.ShouldContain("folded again");
        await Eventually.Async("the new views to be served", async () => (await admin.GetAsync("/api/documents?limit=1")).Status == HttpStatusCode.OK);
        (await DumpAsync(admin)).ShouldBe(before);
        await _ledger.ShouldHoldAsync(admin);
    }

    [SkippableFact]
    public async Task While_the_views_are_away_reads_say_so_and_all_goes_on_without_a_restart()
    {
        _engines = await ClusterEngines.CreateAsync();
        using var relay = new Relay(_engines.PostgresAddress.Host, _engines.PostgresAddress.Port);
        relay.Start();
        _engines.PostgresAddress = ("127.0.0.1", relay.Port);
        var kilo = Start("--role rest,aggregator");
        await kilo.IsReadyAsync();
        using var admin = await kilo.AdminAsync();
        await _ledger.SendAsync(admin, new Upload("before", Bytes.Of("before")));

        // Half open: nobody is told that nothing passes any more.
        relay.IsDead = true;
        (await admin.GetAsync("/api/documents")).ShouldBeProblem(503, "views-unavailable");
        relay.IsDead = false;
        relay.Cut();

        await _ledger.SendAsync(admin, new Upload("after", Bytes.Of("after")));
        await FoldedAsync(admin);
        await _ledger.ShouldHoldAsync(admin);
    }

    // What was accepted may not be folded yet.
    private static Task FoldedAsync(KiloClient client) => Eventually.Async("the views to be level with the log", async () =>
    {
        var report = await client.GetAsync("/api/operations/documents");
        return report.Status == HttpStatusCode.OK && report.Json["views"]!.AsArray().All(v => v!["lag"]!.GetValue<long>() == 0);
    }, TimeSpan.FromMinutes(1));

    private static async Task<string> DumpAsync(KiloClient client) =>
        string.Join('\n', (await client.ListAsync("/api/documents?limit=500")).Select(d => d.ToJsonString()).Order(StringComparer.Ordinal));

    private KiloProcess Start(string arguments, int port = 0, DataDirectory? data = null)
    {
        if (data is null)
        {
            _directories.Add(data = new DataDirectory());
        }
        var environment = _engines!.Environment;
        foreach (var (name, value) in _bff)
        {
            environment[name] = value;
        }
        var process = KiloProcess.Start(data.Path, arguments, port, environment);
        if (!_processes.Any(p => p.Port == process.Port))
        {
            _processes.Add(process);
        }
        return process;
    }
}
