using System.Text;
using System.Text.Json;
using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Seeding;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>GET /api/documents: a page must cost the same however many documents there are.</summary>
internal sealed class List : IScenario
{
    private const int PageSize = 100;
    private const int Few = 10_000;
    private const int Many = 1_000_000;

    public string Name => "list";

    public string Measures => $"one client walks through pages of {PageSize} of a library with {Few:N0} and with {Many:N0} documents";

    public async Task RunAsync(BenchRun run)
    {
        var few = await MeasureAsync(run, Few);
        run.Add(new Figure(Name, $"pages of {Few:N0} documents", few.Rate, "1/s", few.Latencies.P50, few.Latencies.P99));
        var many = await MeasureAsync(run, Many);
        run.Add(new Figure(Name, $"pages of {Many:N0} documents", many.Rate, "1/s", many.Latencies.P50, many.Latencies.P99));
        run.Add(new Figure(Name, $"p99 of a page of {Many:N0}", many.Latencies.P99, "ms", Target: Target.Below(15)));
        run.Add(new Figure(Name, $"p99 of {Many:N0} beside that of {Few:N0}", many.Latencies.P99 / few.Latencies.P99, "×", Target: Target.Below(1.5)));
    }

    private static async Task<LoadResult> MeasureAsync(BenchRun run, int documents)
    {
        using var data = run.NewDirectory();
        await using var server = await run.StartAsync(data);
        var session = Session.SignIn(server.Port);
        await using (var log = new LogSeed(data.Path))
        {
            var office = new Office();
            for (var i = 0; i < documents; i++)
            {
                await log.AppendAsync(office.Document("shared"), session.UserId, office.Tick(), run.Cancel);
            }
            var last = await log.FlushAsync();
            BenchRun.Say($"  {documents:N0} documents are on the log; waiting for the views");
            await log.FoldedAsync(last, server.Ended);
            await log.CheckNoneParkedAsync(run.Cancel);
        }
        return await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
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
