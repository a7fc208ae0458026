using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Versions;

public sealed class VersionTests(Office office) : IClassFixture<Office>
{
    private Task<List<VersionAdded>> EventsAsync(Guid id) => office.Server.EventsAsync<VersionAdded>(e => e.DocumentId == id);

    [Fact]
    public async Task New_bytes_become_the_next_version()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { title = "Kept" });

        var answer = await ada.AddVersionAsync(id, "two!".Bytes(), "b.md", new { note = "Better", label = "v2", basedOn = 1 });

        answer.ShouldBe(HttpStatusCode.Created).Header("Location").ShouldBe($"/api/documents/{id}/versions/2");
        var version = answer.Json;
        (version.Number("number"), version.Number("size"), version.Text("fileName"), version.Text("sha256")).ShouldBe((2, 4, "b.md", "two!".Bytes().Sha256()));
        (version.Text("note"), version.Text("label"), version.Number("basedOn")).ShouldBe(("Better", "v2", 1));
        version["concurrent"]!.GetValue<bool>().ShouldBeFalse();
        version["unchanged"]!.GetValue<bool>().ShouldBeFalse();
        version["author"]!.Text("displayName").ShouldBe("Ada");
        var document = (await ada.GetAsync($"/api/documents/{id}")).Json;
        (document.Number("version"), document.Text("title"), document.Text("sha256")).ShouldBe((2, "Kept", version.Text("sha256")));
        (await ada.GetAsync(answer.Header("Location"))).Text.ShouldBe(answer.Text);
        (await EventsAsync(id)).ShouldHaveSingleItem().ShouldBe(
            new VersionAdded(id, new ContentClaim("two!".Bytes().Sha256(), 4, document.Text("mediaType"), "b.md"), 1, Note: "Better", Label: "v2"));
    }

    [Fact]
    public async Task Every_version_downloads_again()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());
        await ada.AddVersionAsync(id, "two".Bytes());
        await ada.AddVersionAsync(id, "three".Bytes());

        (await ada.DownloadAsync(id, 1)).ShouldBe("one".Bytes());
        (await ada.DownloadAsync(id, 2)).ShouldBe("two".Bytes());
        (await ada.DownloadAsync(id, 3)).ShouldBe("three".Bytes());
        (await ada.DownloadAsync(id)).ShouldBe("three".Bytes());
    }

    [Fact]
    public async Task Unchanged_bytes_are_no_version_and_no_event()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("same".Bytes());
        var before = await office.EventsAsync();

        var answer = (await ada.AddVersionAsync(id, "same".Bytes(), "other-name.txt")).ShouldBe(HttpStatusCode.OK);

        answer.Json["unchanged"]!.GetValue<bool>().ShouldBeTrue();
        answer.Json.Number("number").ShouldBe(1);
        (await office.EventsAsync()).ShouldBe(before);
        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Unchanged_bytes_become_a_version_by_force()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("same".Bytes());

        (await ada.AddVersionAsync(id, "same".Bytes(), fields: new { force = "true" })).ShouldBe(HttpStatusCode.Created).Json.Number("number").ShouldBe(2);

        (await EventsAsync(id)).ShouldHaveSingleItem().Force.ShouldBeTrue();
    }

    [Theory]
    [InlineData("True", HttpStatusCode.Created)]
    [InlineData("false", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("yes", HttpStatusCode.BadRequest)]
    [InlineData("1", HttpStatusCode.BadRequest)]
    public async Task Force_is_true_or_false(string force, HttpStatusCode status)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("same".Bytes());

        var answer = (await ada.AddVersionAsync(id, "same".Bytes(), fields: new { force })).ShouldBe(status);

        if (status == HttpStatusCode.BadRequest)
        {
            answer.ShouldBeProblem(400, "invalid-force", "'true'");
        }
    }

    [Fact]
    public async Task Going_back_to_older_bytes_is_a_change()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("a".Bytes());
        await ada.AddVersionAsync(id, "b".Bytes());

        (await ada.AddVersionAsync(id, "a".Bytes())).ShouldBe(HttpStatusCode.Created).Json.Number("number").ShouldBe(3);
    }

    [Fact]
    public async Task Two_uploads_based_on_the_same_version_both_count_and_the_later_one_is_marked()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { library = "shared" });

        var first = (await ada.AddVersionAsync(id, "from Ada".Bytes(), fields: new { basedOn = 1 })).ShouldBe(HttpStatusCode.Created).Json;
        var second = (await bob.AddVersionAsync(id, "from Bob".Bytes(), fields: new { basedOn = 1 })).ShouldBe(HttpStatusCode.Created).Json;
        var third = (await ada.AddVersionAsync(id, "merged".Bytes(), fields: new { basedOn = 3 })).ShouldBe(HttpStatusCode.Created).Json;

        (first.Number("number"), first["concurrent"]!.GetValue<bool>()).ShouldBe((2, false));
        (second.Number("number"), second["concurrent"]!.GetValue<bool>()).ShouldBe((3, true));
        (third.Number("number"), third["concurrent"]!.GetValue<bool>()).ShouldBe((4, false));
        (await ada.DownloadAsync(id, 2)).ShouldBe("from Ada".Bytes());
        (await ada.DownloadAsync(id, 3)).ShouldBe("from Bob".Bytes());
        (await ada.GetAsync($"/api/documents/{id}/versions/3")).Json["author"]!.Text("displayName").ShouldBe("Bob");
    }

    [Fact]
    public async Task An_upload_on_top_of_an_older_state_is_refused_when_asked_to_be()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());
        var etag = (await ada.GetAsync($"/api/documents/{id}")).Header("ETag");
        await ada.AddVersionAsync(id, "two".Bytes());
        var (before, three) = (await office.EventsAsync(), Guid.NewGuid().ToByteArray());

        (await ada.AddVersionAsync(id, three, headers: ("If-Match", etag))).ShouldBeProblem(412, "changed", "Read it again");
        (await ada.AddVersionAsync(id, three, headers: ("If-Match", $"\"{"one".Bytes().Sha256()}\""))).ShouldBeProblem(412, "changed");
        (await office.EventsAsync()).ShouldBe(before);
        (await office.Server.Contents.HasAsync(three)).ShouldBeFalse();

        // Its content's entity tag is as good as the document's.
        (await ada.AddVersionAsync(id, three, headers: ("If-Match", $"\"{"two".Bytes().Sha256()}\""))).ShouldBe(HttpStatusCode.Created);
        (await ada.AddVersionAsync(id, "four".Bytes(), headers: ("If-Match", (await ada.GetAsync($"/api/documents/{id}")).Header("ETag")))).ShouldBe(HttpStatusCode.Created);
        (await ada.AddVersionAsync(id, "five".Bytes(), headers: ("If-Match", "*"))).ShouldBe(HttpStatusCode.Created).Json.Number("number").ShouldBe(5);
    }

    [Fact]
    public async Task Versions_are_listed_from_the_newest_on_page_by_page()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes());
        for (var i = 2; i <= 11; i++)
        {
            (await ada.AddVersionAsync(id, $"{i}".Bytes(), fields: new { note = $"n{i}" })).ShouldBe(HttpStatusCode.Created);
        }

        foreach (var limit in new[] { 1, 4, 11, 100 })
        {
            var versions = await ada.ListAsync($"/api/documents/{id}/versions?limit={limit}");
            versions.Select(v => v.Number("number")).ShouldBe(Enumerable.Range(1, 11).Reverse());
            versions.Take(10).Select(v => v.Text("note")).ShouldBe(Enumerable.Range(2, 10).Reverse().Select(i => $"n{i}"));
        }
        (await ada.GetAsync($"/api/documents/{id}/versions?limit=11")).Json["next"].ShouldBeNull();
    }

    [Fact]
    public async Task Equal_bytes_of_two_documents_are_stored_once()
    {
        using var ada = await office.MemberAsync();
        var bytes = Guid.NewGuid().ToString().Bytes();
        var first = (await ada.AddAsync(bytes, "a.txt")).Json;
        var second = (await ada.AddAsync(bytes, "b.txt")).Json;

        second.Text("sha256").ShouldBe(first.Text("sha256"));
        var stored = 0;
        await foreach (var hash in office.Server.Contents.UntouchedSinceAsync(DateTimeOffset.UtcNow.AddMinutes(1), default))
        {
            stored += hash.Hex == bytes.Sha256() ? 1 : 0;
        }
        stored.ShouldBe(1);
        (await ada.DownloadAsync(second["id"]!.GetValue<Guid>())).ShouldBe(bytes);
    }

    [Fact]
    public async Task An_old_version_is_restored_as_a_new_one_and_the_history_stays_whole()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes(), "first.txt");
        await ada.AddVersionAsync(id, "two".Bytes(), "second.txt");
        await ada.AddVersionAsync(id, "three".Bytes(), "third.txt");

        var restored = (await ada.PostAsync($"/api/documents/{id}/versions/1/restore")).ShouldBe(HttpStatusCode.Created);

        restored.Header("Location").ShouldBe($"/api/documents/{id}/versions/4");
        (restored.Json.Number("number"), restored.Json.Number("restoredFrom"), restored.Json.Number("basedOn"), restored.Json.Text("fileName")).ShouldBe((4, 1, 3, "first.txt"));
        restored.Json["concurrent"]!.GetValue<bool>().ShouldBeFalse();
        (await ada.DownloadAsync(id)).ShouldBe("one".Bytes());
        foreach (var (number, text) in new[] { (1, "one"), (2, "two"), (3, "three"), (4, "one") })
        {
            (await ada.DownloadAsync(id, number)).ShouldBe(text.Bytes());
        }
        (await EventsAsync(id))[^1].RestoredFrom.ShouldBe(1);
    }

    [Fact]
    public async Task Restoring_what_is_there_already_changes_nothing()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());
        await ada.AddVersionAsync(id, "two".Bytes());
        var before = await office.EventsAsync();

        var answer = (await ada.PostAsync($"/api/documents/{id}/versions/2/restore")).ShouldBe(HttpStatusCode.OK);

        answer.Json["unchanged"]!.GetValue<bool>().ShouldBeTrue();
        (await office.EventsAsync()).ShouldBe(before);
        (await ada.PostAsync($"/api/documents/{id}/versions/1/restore", null, ("If-Match", "\"no\""))).ShouldBeProblem(412, "changed");
    }
}
