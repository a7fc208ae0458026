using System.Diagnostics;
using System.Text.Json;
using Kilo.Bench.Http;
using Kilo.Bench.Report;
using Kilo.Bench.Seeding;

namespace Kilo.Bench.Scenarios;

/// <summary>Role aggregator folds a whole log from 0.</summary>
internal sealed class Replay : IScenario
{
    private const int Events = 1_000_000;

    public string Name => "replay";

    public string Measures => $"{Events:N0} events (250,000 documents, 600,000 versions, 100,000 changes, 50,000 to the trash or back) folded from 0, start of the process included";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var log = await LogSeed.OpenAsync(place);
        var years = new OfficeYears(log);
        await years.AppendAsync(run.Cancel);
        await log.FlushAsync();
        BenchRun.Say("  the log is written; folding it");

        var started = Stopwatch.GetTimestamp();
        await using (var aggregator = run.Launch(place, "--role", "aggregator", "--modules", "documents"))
        {
            await log.FoldedAsync(aggregator.Ended);
            var rate = Events / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await log.CheckNoneParkedAsync(run.Cancel);
            run.Add(new Figure(Name, "events folded", rate, "1/s", Target: run.Target(Target.AtLeast(60_000), Target.AtLeast(20_000))));
            run.Add(new Figure(Name, "most resident memory meanwhile", aggregator.PeakResidentMiB(), "MiB"));
        }
        await using var server = await run.StartAsync(place);
        CheckCount(server.Port, years.Live);
    }

    // A rate means nothing when the rows are wrong.
    private static void CheckCount(int port, int expected)
    {
        using var http = new HttpConnection(port);
        http.Exchange("GET /api/documents/count HTTP/1.1\r\nHost: localhost\r\n\r\n"u8, 200, "GET /api/documents/count");
        using var answer = JsonDocument.Parse(http.Body.ToArray());
        var count = answer.RootElement.GetProperty("count").GetInt32();
        if (count != expected)
        {
            throw new InvalidDataException($"After the replay the views count {count:N0} documents instead of {expected:N0}.");
        }
    }
}
