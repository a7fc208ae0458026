using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>POST /api/documents/{id}/versions.</summary>
internal sealed class VersionsSmall : IScenario
{
    private const int Clients = 16;
    private const int DocumentsPerClient = 16;

    public string Name => "versions-small";

    public string Measures => $"new versions of {SmallUpload.FileBytes:N0} bytes, added by {Clients} clients to {DocumentsPerClient} documents each";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        var documents = await Uploads.AddSmallAsync(server.Port, session, Clients, DocumentsPerClient);
        var load = await LoadRun.RepeatAsync(Clients, server.Port, run.Phases, (client, http) =>
        {
            // Their contents differ from the documents' own: those were made by clients of lower numbers.
            var uploads = documents.Where(d => d.Client == client)
                .Select((d, i) => new SmallUpload(session, $"/api/documents/{d.Id}/versions", Clients + client * DocumentsPerClient + i)).ToArray();
            var turn = 0;
            return () => http.Exchange(uploads[turn++ % uploads.Length].Next(), 201, "POST /api/documents/{id}/versions");
        }, run.Cancel);
        var syncs = new RawRatio("fsync'd appends", load.Rate / (await run.RawAsync()).SyncsPerSecond);
        run.Add(new Figure(Name, "versions added", load.Rate, "1/s", load.Latencies.P50, load.Latencies.P99, run.Target(Target.AtLeast(1_500), Target.AtLeast(300)), syncs));
    }
}
