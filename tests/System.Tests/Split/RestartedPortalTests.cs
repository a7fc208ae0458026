using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Split;

/// <summary>Nobody has to sign in again because a process was restarted, or killed.</summary>
public sealed class RestartedPortalTests : IDisposable
{
    private readonly DataDirectory _data = new();
    private readonly DataDirectory _other = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_survives_the_end_of_the_only_process(bool killed)
    {
        await using var first = await KiloProcess.ReadyAsync(_data.Path);
        using var browser = await first.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        var document = await browser.AddedAsync(Bytes.Of("before"));
        await EndAsync(first, killed);

        await using var second = await KiloProcess.ReadyAsync(_data.Path, port: first.Port);

        await ShouldGoOnAsync(browser, document);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_survives_the_end_of_the_process_in_front(bool killed)
    {
        await using var rest = await KiloProcess.ReadyAsync(_data.Path, "--role rest,aggregator");
        var address = $"http://127.0.0.1:{rest.Port}";
        var upstreams = new Dictionary<string, string?> { ["Kilo__Upstreams__Documents"] = address, ["Kilo__Upstreams__Users"] = address, ["Kilo__Upstreams__Reporting"] = address };
        await using var first = await KiloProcess.ReadyAsync(_other.Path, "--role bff", environment: upstreams);
        using var browser = await first.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        var document = await browser.AddedAsync(Bytes.Of("before"));
        await EndAsync(first, killed);

        await using var second = await KiloProcess.ReadyAsync(_other.Path, "--role bff", first.Port, upstreams);

        await ShouldGoOnAsync(browser, document);
    }

    private static async Task EndAsync(KiloProcess kilo, bool killed)
    {
        if (killed)
        {
            await kilo.KillAsync();
        }
        else
        {
            (await kilo.StopAsync()).ShouldBe(0);
        }
    }

    private static async Task ShouldGoOnAsync(KiloClient browser, Guid document)
    {
        (await browser.GetAsync("/api/session")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.DownloadAsync(document)).ShouldBe(Bytes.Of("before"));
        (await browser.DeleteAsync("/api/session")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await browser.GetAsync("/api/documents")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    public void Dispose()
    {
        _data.Dispose();
        _other.Dispose();
    }
}
