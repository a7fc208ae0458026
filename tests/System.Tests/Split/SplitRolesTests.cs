using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Split;

/// <summary>A process that serves HTTP and one that folds, over one data directory.</summary>
public sealed class SplitRolesTests : IDisposable
{
    private static readonly Dictionary<string, string?> Impatient = new() { ["Kilo__Http__Wait"] = "00:00:00.2" };

    private readonly DataDirectory _data = new();
    private readonly Ledger _ledger = new();

    [Fact]
    public async Task Uploads_versions_lists_and_downloads_work_across_two_processes()
    {
        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        await using var rest = await KiloProcess.ReadyAsync(_data.Path, "--role rest");
        using var admin = await rest.AdminAsync();

        var added = await admin.AddAsync(Bytes.Of("one"), "Report.txt");
        added.Status.ShouldBe(HttpStatusCode.Created);
        var document = added.Json["id"]!.GetValue<Guid>();
        var version = await admin.AddVersionAsync(document, Bytes.Of("two"));
        version.Status.ShouldBe(HttpStatusCode.Created);
        version.Json["number"]!.GetValue<int>().ShouldBe(2);
        (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem()["version"]!.GetValue<int>().ShouldBe(2);
        (await admin.DownloadAsync(document, 1)).ShouldBe(Bytes.Of("one"));
        (await admin.DownloadAsync(document)).ShouldBe(Bytes.Of("two"));
        using var member = await admin.AddMemberAsync("Mia");
        (await member.GetAsync($"/api/documents/{document}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_aggregator_serves_its_health_and_no_API()
    {
        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        (await aggregator.Anonymous.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        (await aggregator.Anonymous.GetAsync("/metrics")).Status.ShouldBe(HttpStatusCode.OK);
        (await aggregator.Anonymous.PostAsync("/api/login", new { email = KiloServer.AdminEmail, password = KiloServer.AdminPassword })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await aggregator.Anonymous.GetAsync("/api/documents/count")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task While_the_aggregator_is_dead_uploads_are_accepted_and_when_it_returns_everything_is_listed()
    {
        await using var rest = KiloProcess.Start(_data.Path, "--role rest", environment: Impatient);
        Guid shared;
        KiloClient admin;
        await using (var first = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator"))
        {
            await rest.IsReadyAsync();
            admin = await rest.AdminAsync();
            shared = (await Uploader.ShareAsync(admin, _ledger, 1)).ShouldHaveSingleItem();
            await first.KillAsync();
        }

        foreach (var i in Enumerable.Range(0, 4))
        {
            await _ledger.SendAsync(admin, new Upload($"document-{i}", Bytes.Of($"document {i}")));
            await _ledger.SendAsync(admin, new Upload($"version-{i}", Bytes.Of($"version {i}"), shared));
        }
        var last = await admin.AddVersionAsync(shared, Bytes.Of("seen only later"), fields: new { note = "last" }, headers: ("Idempotency-Key", "last"));
        last.Status.ShouldBe(HttpStatusCode.Accepted);
        last.Header("Location").ShouldStartWith($"/api/documents/{shared}");
        var position = last.Header("Kilo-Position");
        position.ShouldNotBeEmpty();
        var early = await admin.GetAsync("/api/documents", ("Kilo-Wait-For", position));
        early.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        early.ProblemCode.ShouldBe("view-behind");
        early.Header("Retry-After").ShouldNotBeEmpty();

        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        await Eventually.Async("the view to have everything", async () => (await admin.GetAsync("/api/documents", ("Kilo-Wait-For", position))).Status == HttpStatusCode.OK);
        // A retry of what was only accepted learns now what became of it.
        await _ledger.SendAsync(admin, new Upload("last", Bytes.Of("seen only later"), shared));
        await _ledger.ShouldHoldAsync(admin);
        admin.Dispose();
    }

    [Fact]
    public async Task A_rest_process_that_was_killed_goes_on_where_it_was()
    {
        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        var rest = await KiloProcess.ReadyAsync(_data.Path, "--role rest");
        using var admin = await rest.AdminAsync();
        var shared = await Uploader.ShareAsync(admin, _ledger, 2);
        var returned = new TaskCompletionSource();
        var uploads = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            var uploader = new Uploader($"u{i}", i, _ledger, shared);
            for (var n = 0; n < 25; n++)
            {
                await _ledger.SendAsync(admin, uploader.Next(), async () =>
                {
                    await returned.Task;
                    return true;
                });
            }
        })).ToArray();

        await Eventually.Async("the uploads to be under way", () => _ledger.Count > 20, TimeSpan.FromSeconds(30));
        await rest.KillAsync();
        await using var again = await KiloProcess.ReadyAsync(_data.Path, "--role rest", rest.Port);
        returned.SetResult();
        await Eventually.Ends("the uploads to be acknowledged", Task.WhenAll(uploads), TimeSpan.FromSeconds(60));

        _ledger.Count.ShouldBe(102);
        await _ledger.ShouldHoldAsync(admin);
        await rest.DisposeAsync();
    }

    [Fact]
    public async Task Rest_that_starts_first_is_ready_when_the_aggregator_has_made_signing_in_possible()
    {
        await using var rest = KiloProcess.Start(_data.Path, "--role rest", environment: Impatient);
        await Eventually.Async("rest to answer", async () => (await rest.Anonymous.GetAsync("/health/live")).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        var waiting = await rest.Anonymous.GetAsync("/health/ready");
        waiting.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        rest.Output.ShouldNotContain("Kilo is ready");

        await using var aggregator = await KiloProcess.ReadyAsync(_data.Path, "--role aggregator");
        await rest.IsReadyAsync();
        // The ready line promises that the first request succeeds.
        using var admin = await rest.AdminAsync();
        (await admin.AddedAsync(Bytes.Of("first"))).ShouldNotBe(Guid.Empty);
    }

    public void Dispose() => _data.Dispose();
}
