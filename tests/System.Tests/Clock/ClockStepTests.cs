using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;

namespace Kilo.SystemTests.Clock;

/// <summary>The machine's clock is put back and forward while Kilo runs: libfaketime between the process and its C library. The log's order counts, and no clock.</summary>
public sealed class ClockStepTests : IDisposable
{
    private readonly DataDirectory _data = new();
    private readonly DataDirectory _clock = new();
    private readonly Ledger _ledger = new();

    [SkippableFact]
    public async Task Clocks_that_are_put_back_and_forward_change_no_order_and_lose_nothing()
    {
        var library = Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists) : null;
        Skip.Unless(library is not null, "libfaketime is not installed.");
        SetClock("+0");
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path, environment: new Dictionary<string, string?>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _clock.File("offset"),
            ["FAKETIME_NO_CACHE"] = "1",
            // As a step is: what measures durations does not notice.
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["Kilo__Users__SignInLifetime"] = "30.00:00:00",
            // It must find nothing, whatever the clock says.
            ["Kilo__Documents__SweepInterval"] = "00:00:00.5",
        });
        using var admin = await kilo.AdminAsync();
        await _ledger.SendAsync(admin, new Upload("first", Bytes.Of("first")));
        var document = (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem()["id"]!.GetValue<Guid>();
        var real = DateTimeOffset.UtcNow;

        // An hour back, a day and a half forward: beyond the grace period of contents. And a year back.
        var sent = 0;
        foreach (var (step, offset) in new[] { ("-3600", TimeSpan.FromHours(-1)), ("+129600", TimeSpan.FromHours(36)), ("-31536000", TimeSpan.FromDays(-365)), ("+0", TimeSpan.Zero) })
        {
            SetClock(step);
            await _ledger.SendAsync(admin, new Upload($"version {++sent}", Bytes.Of($"version {sent}"), document));
            await _ledger.SendAsync(admin, new Upload($"document {sent}", Bytes.Of($"document {sent}")));
            var newest = (await admin.ListAsync($"/api/documents/{document}/versions"))[0];
            newest["number"]!.GetValue<int>().ShouldBe(sent + 1);
            var at = newest["createdAt"]!.GetValue<DateTimeOffset>();
            (at - real - offset).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5), $"The clock should have been put to {step}.");
            using var again = await kilo.AdminAsync();
            (await again.GetAsync("/api/users/me")).ShouldBe(HttpStatusCode.OK);
        }

        await _ledger.ShouldHoldAsync(admin);
        (await admin.ListAsync($"/api/documents/{document}/timeline")).Select(t => t["version"]?.GetValue<int>()).ShouldBe(Enumerable.Range(1, sent + 1).Reverse().Select(n => (int?)n));
        (await KiloCommand.RunAsync($"verify --data {_data.Path}")).Result.ShouldContain("0 missing or damaged");
        await KiloCommand.RunAsync($"verify --views --data {_data.Path}");
    }

    // Written beside and moved there: whoever reads it sees one or the other.
    private void SetClock(string offset)
    {
        File.WriteAllText(_clock.File("next"), offset);
        File.Move(_clock.File("next"), _clock.File("offset"), overwrite: true);
    }

    public void Dispose()
    {
        _data.Dispose();
        _clock.Dispose();
    }
}
