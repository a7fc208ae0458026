using System.Net;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Documents.Tests.Sweep;

/// <summary>
/// The sweep looks every 50 ms; the grace period of an hour passes when the test moves the clock. With no grace at all a sweep could
/// take a content between its upload and its fact, which is what the grace is for.
/// </summary>
public sealed class SweepTests : IAsyncLifetime
{
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private KiloServer _server = null!;
    private KiloClient _ada = null!;

    public async Task InitializeAsync()
    {
        _server = await KiloServer.StartAsync(
            new Dictionary<string, string?> { ["Kilo:Documents:SweepInterval"] = "00:00:00.05", ["Kilo:Documents:ContentGracePeriod"] = "01:00:00" },
            services => services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(_time));
        _ada = await _server.Admin.AddMemberAsync("Ada");
    }

    public async Task DisposeAsync()
    {
        _ada.Dispose();
        await _server.DisposeAsync();
    }

    private void PassTheGracePeriod() => _time.Advance(TimeSpan.FromMinutes(61));

    private Task GoneAsync(byte[] bytes) => Eventually.Async("the content to be swept", async () => !await _server.Contents.HasAsync(bytes));

    // Something that must go: once it has gone, a whole sweep has run and has left what is still there.
    private async Task SweptAsync()
    {
        var rubbish = Guid.NewGuid().ToByteArray();
        await _ada.DeleteAsync($"/api/documents/{await _ada.AddedAsync(rubbish)}?purge=true");
        PassTheGracePeriod();
        await GoneAsync(rubbish);
        var more = Guid.NewGuid().ToByteArray();
        await _ada.DeleteAsync($"/api/documents/{await _ada.AddedAsync(more)}?purge=true");
        PassTheGracePeriod();
        await GoneAsync(more);
    }

    [Fact]
    public async Task What_a_purged_document_alone_had_is_swept_every_version_of_it()
    {
        var (one, two) = ("one".Bytes(), new byte[300_000]);
        var id = await _ada.AddedAsync(one);
        await _ada.AddVersionAsync(id, two);

        (await _ada.DeleteAsync($"/api/documents/{id}?purge=true")).ShouldBe(HttpStatusCode.NoContent);
        PassTheGracePeriod();

        await GoneAsync(one);
        await GoneAsync(two);
    }

    [Fact]
    public async Task What_another_document_has_too_stays()
    {
        var shared = "in both".Bytes();
        var first = await _ada.AddedAsync(shared);
        var second = await _ada.AddedAsync(shared);
        await _ada.AddVersionAsync(second, "newer".Bytes());

        await _ada.DeleteAsync($"/api/documents/{first}?purge=true");
        PassTheGracePeriod();
        await SweptAsync();

        // Only an old version has it now, and that is enough.
        (await _ada.DownloadAsync(second, 1)).ShouldBe(shared);
        await _ada.DeleteAsync($"/api/documents/{second}?purge=true");
        PassTheGracePeriod();
        await GoneAsync(shared);
    }

    [Fact]
    public async Task What_is_in_the_trash_stays()
    {
        var id = await _ada.AddedAsync("trashed".Bytes());
        await _ada.DeleteAsync($"/api/documents/{id}");

        PassTheGracePeriod();
        await SweptAsync();

        (await _ada.DownloadAsync(id)).ShouldBe("trashed".Bytes());
    }

    [Fact]
    public async Task Nothing_is_swept_within_the_grace_period()
    {
        var bytes = "just purged".Bytes();
        var old = "purged long ago".Bytes();
        await _ada.DeleteAsync($"/api/documents/{await _ada.AddedAsync(old)}?purge=true");
        PassTheGracePeriod();
        await _ada.DeleteAsync($"/api/documents/{await _ada.AddedAsync(bytes)}?purge=true");

        await GoneAsync(old);

        (await _server.Contents.HasAsync(bytes)).ShouldBeTrue();
    }

    [Fact]
    public async Task Bytes_that_come_again_after_the_sweep_are_stored_again()
    {
        var bytes = "again".Bytes();
        await _ada.DeleteAsync($"/api/documents/{await _ada.AddedAsync(bytes)}?purge=true");
        PassTheGracePeriod();
        await GoneAsync(bytes);

        var id = await _ada.AddedAsync(bytes);
        await SweptAsync();

        (await _ada.DownloadAsync(id)).ShouldBe(bytes);
    }

    [Fact]
    public async Task What_was_staged_and_never_committed_leaves_nothing()
    {
        var bytes = Guid.NewGuid().ToByteArray();

        (await _ada.AddAsync(bytes, "a.txt", new { title = "" })).ShouldBeProblem(400, "invalid-title");

        (await _server.Contents.HasAsync(bytes)).ShouldBeFalse();
    }
}
