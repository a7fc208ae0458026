using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Seeding;
using Kilo.Bench.Server;
using Kilo.Users.Contracts;

namespace Kilo.Bench.Scenarios;

/// <summary>
/// Reporting folds a whole log from 0, and answers over what it folded: on SQLite, and on PostgreSQL where KILO_TEST_POSTGRES names a server; as a cluster on PostgreSQL alone.
/// </summary>
internal sealed class Reports : IScenario
{
    private const int Documents = 250_000;
    private const int Versions = 1_000_000;
    private const int People = 1_000;

    // A year that the office has worked through by then.
    private const string Year = "from=2024-02-01&to=2025-01-31&tz=Europe/Berlin";

    public string Name => "reports";

    public string Measures => $"{Versions:N0} versions of {Documents:N0} documents folded into tables from 0; then one client asks for reports";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using (var log = await LogSeed.OpenAsync(place))
        {
            await SeedAsync(log, run.Cancel);
        }
        await MeasureAsync(run, place, place.IsCluster ? "PostgreSQL" : "SQLite", new Dictionary<string, string?>());
        if (place.ReportsInPostgres() is { } postgres)
        {
            await MeasureAsync(run, place, "PostgreSQL", postgres);
        }
    }

    private async Task MeasureAsync(BenchRun run, Place place, string engine, IReadOnlyDictionary<string, string?> environment)
    {
        BenchRun.Say($"  the log is written; folding it into {engine}");
        var started = Stopwatch.GetTimestamp();
        // The office worked some years ago: what is pruned is no measure.
        await using var server = run.Launch(
            place, ["--modules", "users,reporting"], new Dictionary<string, string?>(environment) { ["Kilo__Reporting__DetailAge"] = "36500.00:00:00" });
        await FoldedAsync(server);
        run.Add(new Figure(Name, $"events folded into {engine}", Versions / Stopwatch.GetElapsedTime(started).TotalSeconds, "1/s", Target: Target.AtLeast(5_000)));
        await server.ReadyAsync();
        run.Add(new Figure(Name, $"most resident memory meanwhile, {engine}", server.PeakResidentMiB(), "MiB"));
        var session = Session.SignIn(server.Port);
        Check(server.Port, session);
        foreach (var (name, path, limit) in new (string, string, double?)[]
        {
            ("summary", "/summary", 50), ("a year by day", $"/activity?{Year}", 200), ("storage", "/storage", null), ("people of a year", $"/people?{Year}", null),
            ("libraries of a year", $"/libraries?{Year}", null), ("documents with most versions in a year", $"/documents/top?{Year}", null),
        })
        {
            var load = await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
            {
                var request = Requests.Get($"/api/reports{path}", session);
                return () => http.Exchange(request, 200, $"GET {path}");
            }, run.Cancel);
            run.Add(new Figure(Name, $"{name}, {engine}", load.Latencies.P50, "ms", load.Latencies.P50, load.Latencies.P99, limit is { } ceiling ? Target.Below(ceiling) : null));
        }
    }

    private static async Task SeedAsync(LogSeed log, CancellationToken cancel)
    {
        var office = new Office();
        var people = new List<Guid>();
        for (var i = 0; i < People; i++)
        {
            var person = office.Person(i);
            people.Add(person.UserId);
            await log.AppendAsync(new UserRegistered(person), Guid.Empty, office.Tick(), cancel);
        }
        var documents = new List<(Guid Id, Guid Owner, int Head)>();
        for (var version = 0; version < Versions; version++)
        {
            if (documents.Count == 0 || office.Next(Versions - version) < Documents - documents.Count)
            {
                var owner = people[office.Next(People)];
                var added = office.Document(office.Next(10) < 3 ? "shared" : owner.ToString());
                documents.Add((added.DocumentId, owner, 1));
                await log.AppendAsync(added, owner, office.Tick(), cancel);
                continue;
            }
            var at = office.Next(documents.Count);
            var (id, by, head) = documents[at];
            documents[at] = (id, by, head + 1);
            await log.AppendAsync(office.Version(id, head), office.Next(3) == 0 ? people[office.Next(People)] : by, office.Tick(), cancel);
        }
        await log.FlushAsync();
    }

    // As an operator would see it: by the metrics of the process that folds. Each version is one event.
    private static async Task FoldedAsync(ServerProcess server)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}") };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(server.Ended))
        {
            try
            {
                var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), server.Ended);
                var folded = metrics.Split('\n')
                    .Where(l => l.StartsWith("kilo_pump_position", StringComparison.Ordinal) && l.Contains("module=\"reporting\"", StringComparison.Ordinal) && l.Contains("topic=\"kilo.documents\"", StringComparison.Ordinal))
                    .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
                if (folded >= Versions)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    // A figure means nothing when the rows are wrong.
    private static void Check(int port, Session session)
    {
        using var http = new HttpConnection(port);
        http.Exchange(Requests.Get("/api/reports/summary", session), 200, "GET /api/reports/summary");
        using var answer = JsonDocument.Parse(http.Body.ToArray());
        var (documents, versions) = (answer.RootElement.GetProperty("documents").GetInt64(), answer.RootElement.GetProperty("versions").GetInt64());
        if ((documents, versions) != (Documents, Versions))
        {
            throw new InvalidDataException($"Reports say {documents:N0} documents and {versions:N0} versions instead of {Documents:N0} and {Versions:N0}.");
        }
    }
}
