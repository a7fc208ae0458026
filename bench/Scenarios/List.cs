using System.Text;
using System.Text.Json;
using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Seeding;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>GET /api/documents: a page must cost the same however many documents there are; searching them is measured beside it.</summary>
internal sealed class List : IScenario
{
    private const int PageSize = 100;
    private const int Few = 10_000;
    private const int Many = 1_000_000;

    // One word, several, tags, rare combinations, and a word that no document has.
    private static readonly string[] Searches =
        ["re", "warehouse", "moreau%202024", "annual%20budget", "%23patent", "rev%20ware%20saf%202024", "handbook%20%23energy%20%23patent", "zzz"];

    public string Name => "list";

    public string Measures => $"one client walks through pages of {PageSize} of a library with {Few:N0} and with {Many:N0} documents, and searches it in {Searches.Length} ways in turn";

    public async Task RunAsync(BenchRun run)
    {
        var (few, findFew) = await MeasureAsync(run, Few);
        run.Add(new Figure(Name, $"pages of {Few:N0} documents", few.Rate, "1/s", few.Latencies.P50, few.Latencies.P99));
        var (many, findMany) = await MeasureAsync(run, Many);
        run.Add(new Figure(Name, $"pages of {Many:N0} documents", many.Rate, "1/s", many.Latencies.P50, many.Latencies.P99));
        run.Add(new Figure(Name, $"p99 of a page of {Many:N0}", many.Latencies.P99, "ms", Target: run.Target(Target.Below(15))));
        run.Add(new Figure(Name, $"p99 of {Many:N0} beside that of {Few:N0}", many.Latencies.P99 / few.Latencies.P99, "×", Target: run.Target(Target.Below(1.5))));
        run.Add(new Figure(Name, $"first pages of searches in {Few:N0} documents", findFew.Rate, "1/s", findFew.Latencies.P50, findFew.Latencies.P99));
        run.Add(new Figure(Name, $"first pages of searches in {Many:N0} documents", findMany.Rate, "1/s", findMany.Latencies.P50, findMany.Latencies.P99));
    }

    private static async Task<(LoadResult Pages, LoadResult Searches)> MeasureAsync(BenchRun run, int documents)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        await using (var log = new LogSeed(place))
        {
            var office = new Office();
            for (var i = 0; i < documents; i++)
            {
                await log.AppendAsync(office.Document("shared"), session.UserId, office.Tick(), run.Cancel);
            }
            await log.FlushAsync();
            BenchRun.Say($"  {documents:N0} documents are on the log; waiting for the views");
            await log.FoldedAsync(server.Ended);
            await log.CheckNoneParkedAsync(run.Cancel);
        }
        var pages = await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
        {
            var path = $"/api/documents?library=shared&limit={PageSize}";
            var first = Requests.Get(path, session);
            CheckPage(http, first);
            var request = first;
            return () =>
            {
                http.Exchange(request, 200, $"GET {path}");
                request = Cursor(http.Body) is { } cursor ? Requests.Get($"{path}&cursor={cursor}", session) : first;
            };
        }, run.Cancel);
        var searches = await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
        {
            byte[][] requests = [.. Searches.Select(q => Requests.Get($"/api/documents?library=shared&limit={PageSize}&q={q}", session))];
            var next = 0;
            return () => http.Exchange(requests[next++ % requests.Length], 200, "GET /api/documents?q=");
        }, run.Cancel);
        return (pages, searches);
    }

    private static void CheckPage(HttpConnection http, byte[] request)
    {
        http.Exchange(request, 200, "GET /api/documents");
        using var page = JsonDocument.Parse(http.Body.ToArray());
        var items = page.RootElement.GetProperty("items").GetArrayLength();
        if (items != PageSize || Cursor(http.Body) is null)
        {
            throw new InvalidDataException($"The first page has {items} documents instead of {PageSize}, or no cursor for the next.");
        }
    }

    // Cursors are safe in a query as they are. Found by text: reading a whole page as JSON would cost more than serving it.
    private static string? Cursor(ReadOnlySpan<byte> page)
    {
        var name = "\"next\":\""u8;
        var at = page.LastIndexOf(name);
        if (at < 0)
        {
            return null;
        }
        var value = page[(at + name.Length)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)'"')]);
    }
}
