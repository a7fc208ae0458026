using System.Diagnostics;
using System.Globalization;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Cluster;

/// <summary>
/// Everybody uploads, and everything dies and comes back: processes of Kilo, Kafka, PostgreSQL and S3. KILO_TEST_STORM_MINUTES says how long (then something is killed
/// every 10 s); without it, it is a short one in which something dies every 2.5 s.
/// </summary>
[Collection(Loads.Name)]
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Uploaders = 32;
    private const int LargePerMille = 10;
    private const int InPiecesPercent = 10;
    private const int RepeatsPercent = 10;

    // Of these everything may die at any moment. Two of what folds and of what serves documents, as in any cluster.
    private static readonly string[] Workloads =
    [
        "--role rest --modules users", "--role aggregator --modules users", "--role rest --modules documents", "--role rest --modules documents",
        "--role aggregator --modules documents", "--role aggregator --modules documents", "--role aggregator --modules reporting",
    ];

    private readonly Ledger _ledger = new();
    private readonly Random _random = new(Seed.Value);

    [SkippableFact]
    public async Task Under_32_uploaders_nothing_acknowledged_is_lost_or_doubled_while_every_process_and_every_server_is_killed()
    {
        var minutes = double.TryParse(Environment.GetEnvironmentVariable("KILO_TEST_STORM_MINUTES"), CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var (length, interval) = minutes > 0 ? (TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(10)) : (TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(2.5));
        await using var fleet = await Fleet.CreateAsync();
        ServerProcess[] servers = [ServerProcess.Kafka, await ClusterEngines.PostgresProcessAsync(), ServerProcess.S3];
        foreach (var workload in Workloads)
        {
            fleet.Start(workload);
        }
        var bff = fleet.Start("--role bff", environment: new Dictionary<string, string?>
        {
            ["Kilo__Upstreams__Users"] = $"http://localhost:{fleet.Processes[0].Port}",
            ["Kilo__Upstreams__Documents"] = $"http://localhost:{fleet.Processes[2].Port}",
        });
        await fleet.ReadyAsync();
        using var admin = await Fleet.AdminAsync(fleet.Processes[2], fleet.Processes[0]);
        using var other = fleet.Processes[3].Anonymous.WithToken(admin.Token!, admin.UserId);
        using var browser = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        KiloClient[] ways = [admin, other, browser];
        var shared = await Uploader.ShareAsync(admin, _ledger, 8);

        using var stop = new CancellationTokenSource();
        var uploads = Enumerable.Range(0, Uploaders).Select(i => Task.Run(() => UploadAsync(new Uploader($"u{i}", Seed.Value + i, _ledger, shared), ways, stop.Token))).ToArray();
        var everybody = Task.WhenAll(uploads);
        var (started, killed, longestSilence) = (Stopwatch.StartNew(), new List<string>(), TimeSpan.Zero);
        for (var kill = 1; started.Elapsed < length; kill++)
        {
            // Waits for nothing: something dies every so often.
            longestSilence = Max(longestSilence, await SilenceAsync(until: started, interval * kill));
            if (uploads.FirstOrDefault(u => u.IsFaulted) is { } failed)
            {
                await failed;
            }
            if (kill % 3 == 0)
            {
                var server = servers[kill / 3 % servers.Length];
                await server.KillAsync();
                server.Start();
                killed.Add(server.Name);
            }
            else
            {
                var victim = _random.Next(fleet.Processes.Count);
                fleet.Processes[victim].HasEnded.ShouldBeFalse($"{victim} ended by itself: {fleet.Processes[victim].Output}");
                await fleet.RestartAsync(victim);
                killed.Add(victim < Workloads.Length ? Workloads[victim] : "--role bff");
            }
        }
        var during = _ledger.Count;
        await stop.CancelAsync();
        await Eventually.Ends("the uploads under way to be acknowledged", everybody, TimeSpan.FromMinutes(1));
        var settled = started.Elapsed;
        await Fleet.FoldedAsync(admin);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            {during} uploads were acknowledged within {length.TotalSeconds:0} s, {_ledger.Count - during} more until {settled.TotalSeconds - length.TotalSeconds:0} s after it; the longest time without one was {longestSilence.TotalSeconds:0.0} s.
            {_ledger.Failed.Refused} attempts were refused for the moment, {_ledger.Failed.Broken} got no answer.
            {killed.Count} were killed: {string.Join(", ", killed.CountBy(k => k).Select(k => $"{k.Key} {k.Value} times"))}.
            """));

        await _ledger.ShouldHoldAsync(admin);
        await fleet.ViewsShouldBeFoldsAsync();
        (await fleet.RunAsync("parked list")).Result.ShouldBe("Nothing is parked.");
        fleet.ShouldHavePrintedNoStackTrace();
    }

    private async Task UploadAsync(Uploader uploader, KiloClient[] ways, CancellationToken stop)
    {
        var way = Random.Shared.Next(ways.Length);
        while (!stop.IsCancellationRequested)
        {
            var upload = uploader.Next(LargePerMille);
            upload = upload with { InPieces = upload.Bytes.Length > 0 && uploader.Happens(InPiecesPercent) };
            await _ledger.SendAsync(() => ways[way++ % ways.Length], upload, async () =>
            {
                // As people and browsers do.
                await Task.Delay(Random.Shared.Next(100, 500), CancellationToken.None);
                return true;
            });
            if (uploader.Happens(RepeatsPercent))
            {
                await _ledger.RepeatAsync(ways[way++ % ways.Length], upload);
            }
        }
    }

    // The longest time in which nothing was acknowledged.
    private async Task<TimeSpan> SilenceAsync(Stopwatch until, TimeSpan moment)
    {
        var (longest, last, since) = (TimeSpan.Zero, _ledger.Count, until.Elapsed);
        while (until.Elapsed < moment)
        {
            await Task.Delay(50);
            if (_ledger.Count != last)
            {
                (last, since) = (_ledger.Count, until.Elapsed);
            }
            longest = Max(longest, until.Elapsed - since);
        }
        return longest;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
