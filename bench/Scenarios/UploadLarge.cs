using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Kilo.Bench.Http;
using Kilo.Bench.Load;
using Kilo.Bench.Report;
using Kilo.Bench.Server;

namespace Kilo.Bench.Scenarios;

/// <summary>POST /api/documents of 1 GiB. Needs 4 GiB of disk.</summary>
internal sealed class UploadLarge : IScenario
{
    private const int Rounds = 3;

    public string Name => "upload-large";

    public string Measures => $"1 GiB uploaded by one client: median of {Rounds} after a checked round";

    public async Task RunAsync(BenchRun run)
    {
        using var place = run.NewPlace();
        await using var server = await run.StartAsync(place);
        var session = Session.SignIn(server.Port);
        using var http = new HttpConnection(server.Port);
        var file = new LargeFile();
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            file.Upload(http, session, hash);
            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (http.Body.IndexOf(Encoding.ASCII.GetBytes(sha256)) < 0)
            {
                throw new InvalidDataException($"The answer to an upload does not name the SHA-256 of what was sent, {sha256}: {Encoding.UTF8.GetString(http.Body)}");
            }
        }
        var speeds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            run.Cancel.ThrowIfCancellationRequested();
            PageCache.Recycle(place.Path);
            var started = Stopwatch.GetTimestamp();
            file.Upload(http, session, hash: null);
            speeds.Add(RawSpeed.MBs(LargeFile.Bytes, Stopwatch.GetElapsedTime(started)));
        }
        var speed = speeds.Order().ElementAt(Rounds / 2);
        var raw = await run.RawAsync();
        run.Add(new Figure(
            Name, "1 GiB up", speed, "MB/s", Target: run.Target(Target.AtLeast(500)), Raw: [new RawRatio("disk", speed / raw.DiskMBs), new RawRatio("loopback", speed / raw.LoopbackMBs)]));
    }
}
