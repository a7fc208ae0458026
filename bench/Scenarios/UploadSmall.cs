using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>POST /api/documents.</summary>
internal sealed class UploadSmall : IScenario
{
    private const int Clients = 16;

    public string Name => "upload-small";

    public string Measures => $"distinct files of {SmallUpload.FileBytes:N0} bytes, added by {Clients} clients";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        var load = await LoadRun.RepeatAsync(Clients, server.Port, run.Phases, (client, http) =>
        {
            var upload = new SmallUpload(session, "/api/documents", client);
            return () => http.Exchange(upload.Next(), 201, "POST /api/documents");
        }, run.Cancel);
        var syncs = new RawRatio("fsync'd appends", load.Rate / (await run.RawAsync()).SyncsPerSecond);
        run.Add(new Figure(Name, "documents added", load.Rate, "1/s", load.Latencies.P50, load.Latencies.P99, run.Target(Target.AtLeast(1_500), Target.AtLeast(300)), syncs));
        run.Add(new Figure(Name, "p99 of an upload", load.Latencies.P99, "ms", Target: run.Target(Target.Below(40), Target.Below(150))));
    }
}
