using System.Diagnostics;
using System.Globalization;
using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Cluster;

/// <summary>A server that is slow, that nobody reaches, and that says nothing any more. What needs it is refused with a reason and in time, all else goes on, and nothing is restarted.</summary>
[Collection(Loads.Name)]
public sealed class OutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(20);

    private readonly Ledger _ledger = new();

    [SkippableTheory]
    [InlineData("Kafka", "log-unavailable", null, null)]
    [InlineData("PostgreSQL", "views-unavailable", "views-unavailable", "views-unavailable")]
    [InlineData("S3", "content-unavailable", null, "content-unavailable")]
    public async Task A_server_is_slow_and_cut_off_and_half_open_and_work_goes_on(string server, string write, string? list, string? download)
    {
        await using var fleet = await Fleet.CreateAsync();
        await using var wire = await Wire.ToAsync(fleet.Engines, server);
        var kilo = fleet.Start("--role rest,aggregator");
        await kilo.IsReadyAsync();
        using var admin = await kilo.AdminAsync();
        await _ledger.SendAsync(admin, new Upload("before", Bytes.Of("before")));
        var document = (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem()["id"]!.GetValue<Guid>();

        await wire.Proxy.SpoilAsync("latency", "downstream", new { latency = 150 });
        await TimedAsync("slow: an upload", () => _ledger.SendAsync(admin, new Upload("slow", Bytes.Of("slow"), document)));
        (await admin.DownloadAsync(document, 1)).ShouldBe(Bytes.Of("before"));
        await wire.Proxy.HealAsync("latency");

        await OutageAsync("cut off", wire.Proxy.CutAsync, wire.Proxy.RestoreAsync);
        // Nobody is told that nothing passes any more.
        await OutageAsync("half open", () => wire.Proxy.SpoilAsync("timeout", "downstream", new { timeout = 0 }), () => wire.Proxy.HealAsync("timeout"));

        await Fleet.FoldedAsync(admin);
        await _ledger.ShouldHoldAsync(admin);
        fleet.ShouldHavePrintedNoStackTrace();

        async Task OutageAsync(string outage, Func<Task> begin, Func<Task> end)
        {
            var during = new Upload($"during {outage}", Bytes.Of(outage));
            await begin();
            await TimedAsync($"{outage}: an upload", async () => Judge(await admin.AddAsync(during.Bytes, "file.bin", new { title = during.Key, note = during.Key }, ("Idempotency-Key", during.Key)), write));
            await TimedAsync($"{outage}: a list", async () => Judge(await admin.GetAsync("/api/documents"), list));
            await TimedAsync($"{outage}: a download", async () => Judge(await admin.GetAsync($"/api/documents/{document}/versions/1/content"), download));
            await end();
            await TimedAsync($"{outage}, and back: the same upload", () => _ledger.SendAsync(admin, during), BackWithin);
            await TimedAsync($"{outage}, and back: a list that has it", () => Fleet.FoldedAsync(admin), BackWithin);
        }

        static void Judge(Answer answer, string? problem)
        {
            if (problem is null)
            {
                answer.ShouldBe(HttpStatusCode.OK);
            }
            else
            {
                answer.ShouldBeProblem(503, problem).Header("Retry-After").ShouldNotBeEmpty();
            }
        }
    }

    [SkippableFact]
    public async Task An_aggregator_whose_views_are_slow_falls_behind_visibly_and_in_bounded_memory_and_catches_up()
    {
        await using var fleet = await Fleet.CreateAsync();
        var direct = fleet.Engines.PostgresAddress;
        var rest = fleet.Start("--role rest");
        fleet.Start("--role aggregator --modules users");
        await using var wire = await Wire.ToAsync(fleet.Engines, "PostgreSQL");
        var aggregator = fleet.Start("--role aggregator --modules documents");
        fleet.Engines.PostgresAddress = direct;
        await fleet.ReadyAsync();
        using var admin = await rest.AdminAsync();
        await _ledger.SendAsync(admin, new Upload("before", Bytes.Of("before")));
        var memory = ResidentMemory.WatchFromNow(aggregator);

        // Each new document takes several questions.
        await wire.Proxy.SpoilAsync("latency", "downstream", new { latency = 400 });
        var sent = Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await _ledger.SendAsync(admin, new Upload($"u{i}", Bytes.Of($"{i}"), Hurries: true)));
        await Eventually.Async("the metrics to show a lag", async () => await MetricAsync(aggregator, "kilo_pump_lag") > 30, TimeSpan.FromSeconds(30));
        await sent;
        var lag = await MetricAsync(aggregator, "kilo_pump_lag");
        await wire.Proxy.HealAsync("latency");
        await Fleet.FoldedAsync(admin);

        output.WriteLine($"Behind by {lag} events; grown by {memory.Growth >> 20} MiB.");
        memory.Growth.ShouldBeLessThan(64L << 20);
        await Eventually.Async("the metrics to show no lag", async () => await MetricAsync(aggregator, "kilo_pump_lag") == 0);
        await _ledger.ShouldHoldAsync(admin);
    }

    [SkippableFact]
    public async Task Partitions_of_an_aggregator_that_dies_or_stands_still_are_taken_over_within_15_s_and_what_it_does_later_changes_nothing()
    {
        await using var fleet = await Fleet.CreateAsync();
        var rest = fleet.Start("--role rest");
        fleet.Start("--role aggregator --modules users");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            fleet.Start("--role aggregator --modules documents");
        }
        fleet.Start("--role aggregator --modules reporting");
        await fleet.ReadyAsync();
        using var admin = await rest.AdminAsync();
        var shared = await Uploader.ShareAsync(admin, _ledger, 6);

        var sent = SendAsync("while it dies");
        await MoreAsync(30, sent);
        await fleet.Processes[2].KillAsync();
        var afterDeath = await TakenOverAsync(admin, sent);
        await sent;

        sent = SendAsync("while it stands still");
        await MoreAsync(30, sent);
        await fleet.Processes[3].SignalAsync("STOP");
        var afterFreeze = await TakenOverAsync(admin, sent);
        await sent;
        await Fleet.FoldedAsync(admin);
        // It goes on in the middle of what it was doing, which another one has done since.
        await fleet.Processes[3].SignalAsync("CONT");
        await SendAsync("after it");
        await Fleet.FoldedAsync(admin);

        output.WriteLine($"Its partitions were taken over {afterDeath.TotalSeconds:0.0} s after it was killed, and {afterFreeze.TotalSeconds:0.0} s after it was frozen.");
        afterDeath.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        afterFreeze.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await _ledger.ShouldHoldAsync(admin);
        await fleet.ViewsShouldBeFoldsAsync();

        // Documents in all partitions, and versions of a few.
        Task SendAsync(string when) => Parallel.ForEachAsync(Enumerable.Range(0, 240), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await _ledger.SendAsync(admin, new Upload($"{i} {when}", Bytes.Of($"{i} {when}, in many bytes"), i % 3 == 0 ? shared[i % shared.Length] : null, Hurries: true)));
    }

    private Task MoreAsync(int uploads, Task sent)
    {
        var enough = _ledger.Count + uploads;
        return Eventually.Async($"{uploads} more uploads to be acknowledged", () => _ledger.Count >= enough || sent.IsCompleted, TimeSpan.FromSeconds(30));
    }

    // How long it took until something that came later was folded, in each partition.
    private async Task<TimeSpan> TakenOverAsync(KiloClient admin, Task sent)
    {
        var since = Stopwatch.StartNew();
        await MoreAsync(80, sent);
        var then = await Fleet.StandingAsync(admin);
        await Eventually.Async("all that came later to be folded", async () => (await Fleet.StandingAsync(admin)).Zip(then, (now, before) => now.Position >= before.End).All(folded => folded),
            TimeSpan.FromMinutes(1));
        return since.Elapsed;
    }

    private async Task TimedAsync(string what, Func<Task> work, TimeSpan? within = null)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.Ends(what, work(), within ?? InTime);
        output.WriteLine($"{what}: {watch.Elapsed.TotalSeconds:0.00} s");
    }

    private static async Task<double> MetricAsync(KiloProcess kilo, string name) => (await kilo.Anonymous.GetAsync("/metrics")).Text.Split('\n')
        .Where(l => l.StartsWith(name + '{', StringComparison.Ordinal)).Sum(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture));
}
