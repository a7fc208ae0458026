using System.Globalization;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Crash;

/// <summary>
/// kill -9 at random moments under load, again and again, on the same data: what was acknowledged is there, once, with its bytes.
/// KILO_CRASHES sets how often, KILO_TEST_SEED repeats the choices of a run (not its timing).
/// </summary>
[Collection(Loads.Name)]
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Crashes = 20;
    private const int Uploaders = 8;
    private const int LargePerMille = 15;
    private const int GivesUpPercent = 15;

    private readonly DataDirectory _data = new();
    private readonly Ledger _ledger = new();
    private readonly Random _random = new(Seed.Value);

    // Completed while the process is up; uploaders that failed wait for it.
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stop;

    [Fact]
    public async Task What_was_acknowledged_survives_being_killed_again_and_again()
    {
        var crashes = int.TryParse(Environment.GetEnvironmentVariable("KILO_CRASHES"), CultureInfo.InvariantCulture, out var asked) ? asked : Crashes;
        output.WriteLine($"KILO_TEST_SEED={Seed.Value} KILO_CRASHES={crashes}");
        var kilo = await KiloProcess.ReadyAsync(_data.Path);
        using var admin = await kilo.AdminAsync();
        var shared = await Uploader.ShareAsync(admin, _ledger, 4);
        _up.SetResult();
        var uploaders = Enumerable.Range(0, Uploaders).Select(i => Task.Run(() => UploadAsync(admin, new Uploader($"u{i}", Seed.Value + i, _ledger, shared)))).ToArray();
        var everybody = Task.WhenAll(uploaders);

        for (var crash = 0; crash < crashes; crash++)
        {
            var enough = _ledger.Count + _random.Next(40);
            await Eventually.Async($"{enough} uploads to be acknowledged", () => _ledger.Count >= enough || uploaders.Any(u => u.IsFaulted), TimeSpan.FromMinutes(1));
            await AnyMomentAsync(60);
            _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            kilo = await KillAndStartAsync(kilo);
            _up.SetResult();
        }

        _stop = true;
        await Eventually.Ends("the uploads under way to be acknowledged", everybody, TimeSpan.FromMinutes(1));
        using (var half = await HalfUpload.SendAsync(kilo, admin.Token!, Bytes.Random(_random, 1_000_000)))
        {
            await Eventually.Async("half an upload to be on the disk", () => _data.Temporary.Count > 0);
            kilo = await KillAndStartAsync(kilo);
        }
        output.WriteLine($"{_ledger.Count} uploads were acknowledged.");

        _data.Temporary.ShouldBeEmpty("A start should remove what a crash left.");
        await _ledger.ShouldHoldAsync(admin);
        (await kilo.StopAsync()).ShouldBe(0);
        await kilo.DisposeAsync();
    }

    private async Task UploadAsync(KiloClient client, Uploader uploader)
    {
        while (!_stop)
        {
            var givesUp = uploader.Happens(GivesUpPercent);
            await _ledger.SendAsync(client, uploader.Next(LargePerMille), async () =>
            {
                await _up.Task;
                return !givesUp;
            });
        }
    }

    private async Task<KiloProcess> KillAndStartAsync(KiloProcess kilo)
    {
        var port = kilo.Port;
        await kilo.KillAsync();
        await kilo.DisposeAsync();
        if (_random.Next(4) == 0)
        {
            // Some die before they are ready: recovery must itself be safe to cut short.
            await using var brief = KiloProcess.Start(_data.Path, port: port);
            await AnyMomentAsync(600);
            await brief.KillAsync();
        }
        return await KiloProcess.ReadyAsync(_data.Path, port: port);
    }

    // Waits for nothing: it chooses a moment.
    private Task AnyMomentAsync(int withinMilliseconds) => Task.Delay(_random.Next(withinMilliseconds));

    public void Dispose() => _data.Dispose();
}
