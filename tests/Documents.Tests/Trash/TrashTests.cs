using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Trash;

public sealed class TrashTests(Office office) : IClassFixture<Office>
{
    private static async Task<int> ListedAsync(KiloClient who, bool trashed = false) =>
        (await who.ListAsync($"/api/documents?library=personal&trashed={(trashed ? "true" : "false")}")).Count;

    [Fact]
    public async Task A_trashed_document_leaves_the_lists_and_the_count_and_keeps_its_history()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();
        var id = await ada.AddedAsync("one".Bytes());
        await ada.AddVersionAsync(id, "two".Bytes());

        (await ada.DeleteAsync($"/api/documents/{id}")).ShouldBe(HttpStatusCode.NoContent);

        (await ListedAsync(ada)).ShouldBe(0);
        (await ListedAsync(ada, trashed: true)).ShouldBe(1);
        (await office.Server.CountAsync()).ShouldBe(before);
        (await ada.GetAsync($"/api/documents/{id}")).Json["trashedAt"].ShouldNotBeNull();
        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(2);
        (await ada.DownloadAsync(id, 1)).ShouldBe("one".Bytes());
        (await office.Server.EventsAsync<DocumentTrashed>(e => e.DocumentId == id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_document_in_the_trash_takes_no_versions_and_no_changes()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());
        await ada.AddVersionAsync(id, "two".Bytes());
        await ada.DeleteAsync($"/api/documents/{id}");
        var before = await office.EventsAsync();

        (await ada.AddVersionAsync(id, "three".Bytes())).ShouldBeProblem(409, "in-trash", "Restore it first");
        (await ada.PatchAsync($"/api/documents/{id}", new { title = "x" })).ShouldBeProblem(409, "in-trash");
        (await ada.PostAsync($"/api/documents/{id}/versions/1/restore")).ShouldBeProblem(409, "in-trash");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_restored_document_is_where_it_was_as_it_was()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();
        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { folder = "F", tags = "t", title = "T" });
        await ada.DeleteAsync($"/api/documents/{id}");

        var restored = (await ada.PostAsync($"/api/documents/{id}/restore")).ShouldBe(HttpStatusCode.OK);

        restored.Json["trashedAt"].ShouldBeNull();
        (restored.Json.Text("folder"), restored.Json.Text("title")).ShouldBe(("F", "T"));
        (await ada.ListAsync("/api/documents?library=personal&folder=F&tag=t")).Titles().ShouldBe(["T"]);
        (await ListedAsync(ada, trashed: true)).ShouldBe(0);
        (await office.Server.CountAsync()).ShouldBe(before + 1);
        (await ada.AddVersionAsync(id, "two".Bytes())).ShouldBe(HttpStatusCode.Created).Json.Number("number").ShouldBe(2);
    }

    [Fact]
    public async Task Trashing_and_restoring_twice_is_one_event_each()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());

        (await ada.PostAsync($"/api/documents/{id}/restore")).ShouldBe(HttpStatusCode.OK);
        (await ada.DeleteAsync($"/api/documents/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await ada.DeleteAsync($"/api/documents/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await ada.PostAsync($"/api/documents/{id}/restore")).ShouldBe(HttpStatusCode.OK);
        (await ada.PostAsync($"/api/documents/{id}/restore")).ShouldBe(HttpStatusCode.OK);

        (await office.Server.EventsAsync<DocumentTrashed>(e => e.DocumentId == id)).Count.ShouldBe(1);
        (await office.Server.EventsAsync<DocumentRestored>(e => e.DocumentId == id)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_purged_document_is_gone_from_everywhere(bool trashedBefore)
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();
        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { tags = "t" });
        await ada.AddVersionAsync(id, "two".Bytes());
        var path = $"/api/documents/{id}";
        if (trashedBefore)
        {
            await ada.DeleteAsync(path);
        }

        (await ada.DeleteAsync(path + "?purge=true")).ShouldBe(HttpStatusCode.NoContent);

        foreach (var read in new[] { "", "/versions", "/versions/1", "/versions/2", "/versions/1/content", "/content", "/timeline" })
        {
            (await ada.GetAsync(path + read)).ShouldBeProblem(404, "not-found");
        }
        (await ada.PostAsync(path + "/restore")).ShouldBeProblem(404, "not-found");
        (await ada.PostAsync(path + "/versions/1/restore")).ShouldBeProblem(404, "not-found");
        (await ada.AddVersionAsync(id, "three".Bytes())).ShouldBeProblem(404, "not-found");
        (await ada.PatchAsync(path, new { title = "x" })).ShouldBeProblem(404, "not-found");
        (await ada.DeleteAsync(path)).ShouldBeProblem(404, "not-found");
        (await ada.DeleteAsync(path + "?purge=true")).ShouldBeProblem(404, "not-found");
        (await ListedAsync(ada)).ShouldBe(0);
        (await ListedAsync(ada, trashed: true)).ShouldBe(0);
        (await office.Server.CountAsync()).ShouldBe(before);
        (await office.Server.EventsAsync<DocumentPurged>(e => e.DocumentId == id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Concurrent_purges_count_once()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();
        var id = await ada.AddedAsync("one".Bytes());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ada.DeleteAsync($"/api/documents/{id}?purge=true")));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.NoContent || a.Status == HttpStatusCode.NotFound);
        (await office.Server.CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_timeline_says_who_did_what_and_when()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { library = "shared", title = "First", folder = "F", tags = "t" });
        await bob.AddVersionAsync(id, "two".Bytes());
        await ada.PatchAsync($"/api/documents/{id}", new { title = "Second" });
        await bob.PatchAsync($"/api/documents/{id}", new { folder = "", tags = Array.Empty<string>() });
        await ada.PostAsync($"/api/documents/{id}/versions/1/restore");
        await bob.DeleteAsync($"/api/documents/{id}");
        await ada.PostAsync($"/api/documents/{id}/restore");

        var timeline = await ada.ListAsync($"/api/documents/{id}/timeline?limit=2");

        timeline.Select(t => $"{t.Text("action")} {t["actor"]!.Text("displayName")} {t["version"]?.GetValue<int>()} {t["title"]} {t["folder"]} {t["tags"]?.ToJsonString()}".TrimEnd())
            .ShouldBe(
            [
                "restored Ada", "trashed Bob", "version-restored Ada 3", "changed Bob    []", "changed Ada  Second", "version-added Bob 2", "added Ada 1",
            ]);
        timeline.Select(t => t["at"]!.GetValue<DateTimeOffset>()).ShouldBeInOrder(SortDirection.Descending);
    }
}
