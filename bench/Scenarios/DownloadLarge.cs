using System.Diagnostics;
using System.Security.Cryptography;
using Kilo.Bench.Http;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>GET /api/documents/{id}/content of 1 GiB.</summary>
internal sealed class DownloadLarge : IScenario
{
    private const int Rounds = 3;

    public string Name => "download-large";

    public string Measures => $"1 GiB downloaded by one client: median of {Rounds} after a checked round";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        using var http = new HttpConnection(server.Port, LargeFile.BlockBytes);
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        new LargeFile().Upload(http, session, sent);
        var request = Requests.Get($"/api/documents/{Uploads.IdIn(http.Body)}/content", session);

        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Download(http, request, received);
        if (!received.GetHashAndReset().AsSpan().SequenceEqual(sent.GetHashAndReset()))
        {
            throw new InvalidDataException("The downloaded file has another SHA-256 than the uploaded one.");
        }
        var speeds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            run.Cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            Download(http, request, hash: null);
            speeds.Add(RawSpeed.MBs(LargeFile.Bytes, Stopwatch.GetElapsedTime(started)));
        }
        var speed = speeds.Order().ElementAt(Rounds / 2);
        run.Add(new Figure(
            Name, "1 GiB down", speed, "MB/s", Target: run.Target(Target.AtLeast(1_200)), Raw: new RawRatio("loopback", speed / (await run.RawAsync()).LoopbackMBs)));
    }

    /// <summary>Downloads it once.</summary>
    internal static void Download(HttpConnection http, byte[] request, IncrementalHash? hash)
    {
        http.Send(request);
        var length = http.ReceiveAndCount(hash);
        http.Expect(200, "GET /api/documents/{id}/content (1 GiB)");
        if (length != LargeFile.Bytes)
        {
            throw new InvalidDataException($"The download has {length} bytes instead of {LargeFile.Bytes}.");
        }
    }
}
