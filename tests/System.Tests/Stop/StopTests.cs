using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Stop;

/// <summary>SIGTERM and Ctrl-C: no new work, the work under way finished, code 0.</summary>
[Collection(Loads.Name)]
public sealed class StopTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly DataDirectory _data = new();

    [Fact]
    public Task SIGTERM_under_load_ends_the_process_cleanly_and_loses_nothing() => StopsCleanlyAsync("TERM");

    [SkippableFact]
    public Task Ctrl_C_under_load_ends_the_process_cleanly_and_loses_nothing() => StopsCleanlyAsync("INT");

    private async Task StopsCleanlyAsync(string signal)
    {
        output.WriteLine($"KILO_TEST_SEED={Seed.Value}");
        var ledger = new Ledger();
        int port;
        string token;
        Guid user;
        await using (var kilo = await KiloProcess.ReadyAsync(_data.Path))
        {
            port = kilo.Port;
            Skip.Unless(signal != "INT" || !IgnoresInterrupts(kilo), "The tests run in the background of a shell, which switches Ctrl-C off for all that it starts.");
            using var admin = await kilo.AdminAsync();
            (token, user) = (admin.Token!, admin.UserId);
            var shared = await Uploader.ShareAsync(admin, ledger, 2);
            var stopping = false;
            var uploads = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                var uploader = new Uploader($"u{i}", Seed.Value + i, ledger, shared);
                while (!Volatile.Read(ref stopping))
                {
                    // Before the signal nothing may fail; after it, a sender that is refused goes home.
                    await ledger.SendAsync(admin, uploader.Next(), () => Volatile.Read(ref stopping)
                        ? Task.FromResult(false)
                        : throw new ShouldAssertException("An upload failed before the signal."));
                }
            })).ToArray();
            await Eventually.Async("the load to be on", () => ledger.Count > 50 || uploads.Any(u => u.IsFaulted), TimeSpan.FromSeconds(30));

            Volatile.Write(ref stopping, true);
            await kilo.SignalAsync(signal);

            var ended = kilo.EndedAsync();
            await Eventually.Ends("the process to end", ended, Longest);
            (await ended).ShouldBe(0, kilo.Output);
            await Eventually.Ends("the uploaders to notice", Task.WhenAll(uploads));
            kilo.Output.ShouldNotContain("   at ", Case.Sensitive, "A clean stop should print no stack trace.");
        }

        await using var again = await KiloProcess.ReadyAsync(_data.Path, port: port);
        using var same = again.Anonymous.WithToken(token, user);
        await ledger.ShouldHoldAsync(same);
        _data.Temporary.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_that_is_under_way_is_finished_while_new_connections_are_refused()
    {
        var bytes = Bytes.Random(new Random(Seed.Value), 1_000_000);
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        using var upload = await HalfUpload.SendAsync(kilo, admin.Token!, bytes);
        await Eventually.Async("half of the upload to be on the disk", () => _data.Temporary.Count > 0);

        await kilo.SignalAsync("TERM");
        await Eventually.Async("new connections to be refused", () => IsRefusedAsync(kilo.Port));
        kilo.HasEnded.ShouldBeFalse("An upload is under way.");

        (await upload.FinishAsync()).ShouldBe(201);
        var ended = kilo.EndedAsync();
        await Eventually.Ends("the process to end", ended, Longest);
        (await ended).ShouldBe(0);

        await using var again = await KiloProcess.ReadyAsync(_data.Path);
        using var same = again.Anonymous.WithToken(admin.Token!, admin.UserId);
        var document = (await same.ListAsync("/api/documents")).ShouldHaveSingleItem();
        (await same.DownloadAsync(document["id"]!.GetValue<Guid>())).ShouldBe(bytes);
    }

    [Fact]
    public async Task An_idle_process_stops_at_once()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        await kilo.SignalAsync("TERM");
        var ended = kilo.EndedAsync();
        await Eventually.Ends("an idle process to end", ended, TimeSpan.FromSeconds(5));
        (await ended).ShouldBe(0);
    }

    private static bool IgnoresInterrupts(KiloProcess kilo) => OperatingSystem.IsLinux()
        && File.ReadLines($"/proc/{kilo.Id}/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
        && (ulong.Parse(line.Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;

    private static async Task<bool> IsRefusedAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void Dispose() => _data.Dispose();
}
