using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

public sealed class ReadinessTests : IDisposable
{
    private readonly DataDirectory _data = new();

    [Fact]
    public async Task Ready_is_503_with_the_reason_while_views_are_behind_and_200_when_they_are_not()
    {
        await using (var first = await KiloProcess.ReadyAsync(_data.Path))
        {
            await first.StopAsync();
        }
        Directory.Delete(_data.File("views"), recursive: true);

        // The log has events, the views have none, and nobody folds: rest must not pass for ready.
        await using var rest = KiloProcess.Start(_data.Path, "--role rest");
        await Eventually.Async("rest to say why it is not ready", async () =>
            (await rest.Anonymous.GetAsync("/health/ready")).Text.Contains("aggregator of users", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        var waiting = await rest.Anonymous.GetAsync("/health/ready");
        waiting.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        waiting.Json["status"]!.GetValue<string>().ShouldBe("waiting");
        waiting.Json["reasons"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldEndWith(".");
        (await rest.Anonymous.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        rest.Output.ShouldNotContain("Kilo is ready");

        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        await Eventually.Async("rest to be ready", async () => (await rest.Anonymous.GetAsync("/health/ready")).Status == HttpStatusCode.OK);
        await rest.IsReadyAsync();
        using var admin = await rest.AdminAsync();
    }

    public void Dispose() => _data.Dispose();
}
