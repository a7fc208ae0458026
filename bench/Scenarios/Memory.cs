using Kilo.Bench.Http;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>Memory must not grow with the size of a file.</summary>
internal sealed class Memory : IScenario
{
    private const int SmallDocuments = 200;
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(20);

    public string Name => "memory";

    public string Measures => "growth of resident memory during 1 GiB up and down, beside that of a server that has served small documents";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        using var http = new HttpConnection(server.Port, LargeFile.BlockBytes);
        foreach (var small in await Uploads.AddSmallAsync(server.Port, session, clients: 1, SmallDocuments))
        {
            http.Exchange(Requests.Get($"/api/documents/{small.Id}/content", session), 200, "GET /api/documents/{id}/content");
        }
        var before = server.ResidentMiB();

        var up = await PeakDuringAsync(server, () => new LargeFile().Upload(http, session, hash: null));
        var request = Requests.Get($"/api/documents/{Uploads.IdIn(http.Body)}/content", session);
        var down = await PeakDuringAsync(server, () => DownloadLarge.Download(http, request, hash: null));
        run.Add(new Figure(Name, "growth while 1 GiB goes up", Math.Max(0, up - before), "MiB", Target: run.Target(Target.Below(64))));
        run.Add(new Figure(Name, "growth while 1 GiB goes down", Math.Max(0, down - before), "MiB", Target: run.Target(Target.Below(64))));
    }

    private static async Task<double> PeakDuringAsync(Site server, Action work)
    {
        var peak = server.ResidentMiB();
        var working = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(working, Task.Delay(Sampling)) != working)
        {
            peak = Math.Max(peak, server.ResidentMiB());
        }
        await working;
        return Math.Max(peak, server.ResidentMiB());
    }
}
