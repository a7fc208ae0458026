using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Cluster;

/// <summary>Each workload as a process of its own, over Kafka, PostgreSQL and S3: nothing but those servers is shared.</summary>
[Collection(Loads.Name)]
public sealed class ClusterTests
{
    [SkippableFact]
    public async Task A_person_uses_the_portal_over_it_in_any_order_of_starts()
    {
        await using var fleet = await Fleet.CreateAsync();
        // The portal first: it waits for nobody.
        var (users, documents) = (KiloProcess.FreePort(), KiloProcess.FreePort());
        var upstreams = new Dictionary<string, string?> { ["Kilo__Upstreams__Users"] = $"http://localhost:{users}", ["Kilo__Upstreams__Documents"] = $"http://localhost:{documents}" };
        var bff = fleet.Start("--role bff", environment: upstreams);
        foreach (var (workload, port) in new[]
        {
            ("--role rest --modules documents", documents), ("--role aggregator --modules documents", 0), ("--role rest --modules users", users), ("--role aggregator --modules users", 0),
        })
        {
            fleet.Start(workload, port);
        }
        await fleet.ReadyAsync();

        using var browser = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        var added = (await browser.AddAsync(Bytes.Of("one"), "Report.txt")).ShouldBe(HttpStatusCode.Created);
        var document = added.Json["id"]!.GetValue<Guid>();
        (await browser.AddVersionAsync(document, Bytes.Of("two"))).ShouldBe(HttpStatusCode.Created).Json["number"]!.GetValue<int>().ShouldBe(2);

        (await browser.ListAsync("/api/documents")).ShouldHaveSingleItem()["version"]!.GetValue<int>().ShouldBe(2);
        (await browser.DownloadAsync(document, 1)).ShouldBe(Bytes.Of("one"));
        (await browser.DownloadAsync(document)).ShouldBe(Bytes.Of("two"));
        // Another portal's process knows the session: it is in PostgreSQL, and so is the key of its cookie.
        var other = fleet.Start("--role bff", environment: upstreams);
        await other.IsReadyAsync();
        using var same = other.Anonymous.Browser(browser.UserId, browser.Cookies);
        (await same.ListAsync("/api/documents")).ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task Rows_that_somebody_tampered_with_are_named_and_folded_again_by_a_rebuild()
    {
        await using var fleet = await Fleet.CreateAsync();
        var kilo = fleet.Start("--role rest,aggregator");
        await kilo.IsReadyAsync();
        using var admin = await kilo.AdminAsync();
        var ledger = new Ledger();
        var shared = await Uploader.ShareAsync(admin, ledger, 3);
        await new Uploader("u", Seed.Value, ledger, shared).SendAsync(admin, 40);
        await Fleet.FoldedAsync(admin);
        await fleet.ViewsShouldBeFoldsAsync();
        var before = await DumpAsync(admin);

        await fleet.Engines.TamperAsync($"DELETE FROM kilo_documents.documents WHERE p = '{shared[0]}'::bytea AND s = 'v000000001'::bytea");
        (await fleet.RunAsync("verify --views", exitCode: 1)).Result.ShouldContain($"documents: documents {shared[0]} v000000001: is missing");
        (await fleet.RunAsync("rebuild --modules documents")).Result.ShouldContain("folded again");

        await Eventually.Async("the new views to be served", async () => (await admin.GetAsync("/api/documents?limit=1")).Status == HttpStatusCode.OK);
        (await DumpAsync(admin)).ShouldBe(before);
        await fleet.ViewsShouldBeFoldsAsync();
        await ledger.ShouldHoldAsync(admin);
    }

    private static async Task<string> DumpAsync(KiloClient client) =>
        string.Join('\n', (await client.ListAsync("/api/documents?limit=500")).Select(d => d.ToJsonString()).Order(StringComparer.Ordinal));
}
