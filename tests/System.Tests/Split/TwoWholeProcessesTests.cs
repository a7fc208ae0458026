using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Split;

/// <summary>Two processes that each do everything, over one data directory: both append, both fold, both answer.</summary>
[Collection(Loads.Name)]
public sealed class TwoWholeProcessesTests(ITestOutputHelper output) : IDisposable
{
    private readonly DataDirectory _data = new();

    [Fact]
    public async Task Concurrent_uploads_to_both_are_in_both_lists_once_with_consecutive_versions()
    {
        output.WriteLine($"KILO_TEST_SEED={Seed.Value}");
        await using var left = KiloProcess.Start(_data.Path);
        await using var right = KiloProcess.Start(_data.Path);
        await Task.WhenAll(left.IsReadyAsync(), right.IsReadyAsync());
        using var atLeft = await left.AdminAsync();
        using var atRight = await right.AdminAsync();
        atLeft.UserId.ShouldBe(atRight.UserId, "Both should have agreed on the first administrator.");
        var ledger = new Ledger();
        var shared = await Uploader.ShareAsync(atLeft, ledger, 3);

        await Eventually.Ends("16 uploaders to have 40 acknowledged each", Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(() => new Uploader($"u{i}", Seed.Value + i, ledger, shared).SendAsync(i % 2 == 0 ? atLeft : atRight, 40)))), TimeSpan.FromMinutes(3));

        ledger.Count.ShouldBe(3 + 16 * 40);
        foreach (var client in new[] { atLeft, atRight })
        {
            // Both pumps may still be at it; what they end with must be right.
            await Eventually.Async("the pumps to be at the end of the log", async () => (await client.GetAsync("/health/ready")).Status == System.Net.HttpStatusCode.OK);
            await ledger.ShouldHoldAsync(client);
            (await client.GetAsync("/api/users/count")).Json["count"]!.GetValue<int>().ShouldBe(1);
        }
    }

    public void Dispose() => _data.Dispose();
}
