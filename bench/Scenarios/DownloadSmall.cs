using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>GET /api/documents/{id}/content of small documents.</summary>
internal sealed class DownloadSmall : IScenario
{
    private const int Clients = 16;
    private const int DocumentsPerClient = 320;
    private const int Checked = 200;

    public string Name => "download-small";

    public string Measures => $"{Clients * DocumentsPerClient:N0} different documents of {SmallUpload.FileBytes:N0} bytes, downloaded in random order by {Clients} clients";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        var documents = await Uploads.AddSmallAsync(server.Port, session, Clients, DocumentsPerClient);
        var requests = documents.Select(d => Requests.Get($"/api/documents/{d.Id}/content", session)).ToArray();
        Check(server.Port, documents, requests);
        var load = await LoadRun.RepeatAsync(Clients, server.Port, run.Phases, (client, http) =>
        {
            var random = new Random(client);
            return () =>
            {
                http.Send(requests[random.Next(requests.Length)]);
                var length = http.ReceiveAndCount(hash: null);
                http.Expect(200, "GET /api/documents/{id}/content");
                if (length != SmallUpload.FileBytes)
                {
                    throw new InvalidDataException($"A download has {length} bytes instead of {SmallUpload.FileBytes}.");
                }
            };
        }, run.Cancel);
        var rate = load.Rate * SmallUpload.FileBytes / 1e6;
        run.Add(new Figure(
            Name, "documents downloaded", load.Rate, "1/s", load.Latencies.P50, load.Latencies.P99, run.Target(Target.AtLeast(8_000), Target.AtLeast(1_500)),
            new RawRatio("loopback", rate / (await run.RawAsync()).LoopbackMBs)));
    }

    private static void Check(int port, AddedDocument[] documents, byte[][] requests)
    {
        using var http = new HttpConnection(port);
        for (var i = 0; i < documents.Length; i += documents.Length / Checked)
        {
            http.Exchange(requests[i], 200, "GET /api/documents/{id}/content");
            if (!http.Body.SequenceEqual(SmallUpload.Content(documents[i].Client, documents[i].Sequence)))
            {
                throw new InvalidDataException($"Document {documents[i].Id} was downloaded with other bytes than were uploaded.");
            }
        }
    }
}
