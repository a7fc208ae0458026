using System.Diagnostics;
using System.Text;
using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>How soon an upload is in the list, on a server with nothing else to do.</summary>
internal sealed class Visible : IScenario
{
    private const string List = "/api/documents?library=personal&limit=25";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public string Name => "visible";

    public string Measures => "one upload at a time: until it is answered, until a list that waits for it shows it, and until a list that does not wait shows it";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        var answered = new List<TimeSpan>();
        var waiting = await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
        {
            var upload = new SmallUpload(session, "/api/documents", client: 1);
            return () =>
            {
                var started = Stopwatch.GetTimestamp();
                http.Exchange(upload.Next(), 201, "POST /api/documents");
                answered.Add(Stopwatch.GetElapsedTime(started));
                var id = Uploads.IdIn(http.Body);
                var position = http.Header("Kilo-Position") ?? throw new InvalidDataException("The answer to an upload has no Kilo-Position.");
                http.Exchange(Requests.Get(List, session, $"Kilo-Wait-For: {position}\r\n"), 200, $"GET {List}");
                if (!Shows(http, id))
                {
                    throw new InvalidDataException($"A list with Kilo-Wait-For: {position} does not show the document {id} that was added there.");
                }
            };
        }, run.Cancel);
        var polling = await LoadRun.RepeatAsync(1, server.Port, run.Phases, (_, http) =>
        {
            // Client 0 is listed before client 1, whose documents are in the library already.
            var upload = new SmallUpload(session, "/api/documents", client: 0, "Prefer: respond-async\r\n");
            var list = Requests.Get(List, session);
            return () =>
            {
                var started = Stopwatch.GetTimestamp();
                http.Exchange(upload.Next(), 202, "POST /api/documents with Prefer: respond-async");
                var location = http.Header("Location") ?? throw new InvalidDataException("A 202 has no Location.");
                var id = Guid.Parse(location.Split('/')[^1]);
                do
                {
                    http.Exchange(list, 200, $"GET {List}");
                    if (Stopwatch.GetElapsedTime(started) > Longest)
                    {
                        throw new InvalidDataException($"After {Longest.TotalSeconds} s the list still does not show the document {id}.");
                    }
                }
                while (!Shows(http, id));
            };
        }, run.Cancel);

        // The warm-up's are among them; they are the first ones.
        var uploads = new Latencies(answered.TakeLast(waiting.Latencies.Count));
        Add(run, "upload answered with 201", uploads);
        Add(run, "until a list with Kilo-Wait-For shows it", waiting.Latencies);
        Add(run, "202, until a list that does not wait shows it", polling.Latencies);
    }

    private void Add(BenchRun run, string what, Latencies times) => run.Add(new Figure(Name, what, times.P99, "ms (p99)", times.P50, times.P99, run.Target(Target.Below(20), Target.Below(150))));

    private static bool Shows(HttpConnection http, Guid document) => http.Body.IndexOf(Encoding.ASCII.GetBytes(document.ToString())) >= 0;
}
