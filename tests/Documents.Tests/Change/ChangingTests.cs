using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Change;

public sealed class ChangingTests(Office office) : IClassFixture<Office>
{
    private Task<List<DocumentChanged>> ChangesAsync(Guid id) => office.Server.EventsAsync<DocumentChanged>(e => e.DocumentId == id);

    [Fact]
    public async Task Only_the_parts_that_change_become_the_event()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { title = "Old", folder = "F", tags = "t" });
        var path = $"/api/documents/{id}";

        (await ada.PatchAsync(path, new { title = "New", folder = "F", tags = new[] { "t" } })).ShouldBe(HttpStatusCode.OK);
        (await ada.PatchAsync(path, new { folder = "G/H" })).ShouldBe(HttpStatusCode.OK);
        var last = (await ada.PatchAsync(path, new { tags = new[] { "B", "#a", "b" } })).ShouldBe(HttpStatusCode.OK);

        (last.Json.Text("title"), last.Json.Text("folder")).ShouldBe(("New", "G/H"));
        last.Json["tags"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["b", "a"]);
        var changes = await ChangesAsync(id);
        changes.Select(c => (c.Title, c.Folder, c.Tags is null ? null : string.Join(' ', c.Tags)))
            .ShouldBe([("New", null, null), (null, "G/H", null), (null, null, "b a")]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"title\":\" Name.txt \"}")]
    [InlineData("{\"title\":\"Name.txt\",\"folder\":\"/Top/\",\"tags\":[\"ONE\"]}")]
    [InlineData("{\"title\":null}")]
    public async Task A_change_to_what_is_already_so_is_no_event(string json)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "Name.txt", new { folder = "Top", tags = "one" });
        using var body = new StringContent(json, null, "application/json");

        var answer = (await ada.SendAsync(HttpMethod.Patch, $"/api/documents/{id}", body)).ShouldBe(HttpStatusCode.OK);

        answer.Json.Text("title").ShouldBe("Name.txt");
        (await ChangesAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_moves_to_the_top_and_loses_its_tags()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "Deep/Down", tags = "one,two" });

        (await ada.PatchAsync($"/api/documents/{id}", new { folder = "", tags = Array.Empty<string>() })).ShouldBe(HttpStatusCode.OK);

        var document = (await ada.GetAsync($"/api/documents/{id}")).Json;
        document.Text("folder").ShouldBe("");
        document["tags"]!.AsArray().ShouldBeEmpty();
        (await ada.ListAsync("/api/documents?library=personal&folder=")).Titles().ShouldBe(["a.txt"]);
        (await ada.ListAsync("/api/documents?library=personal&folder=Deep/Down")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_changed_a_document_last_is_kept_beside_who_added_it()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { library = "shared" });

        var changed = (await bob.PatchAsync($"/api/documents/{id}", new { title = "By Bob" })).ShouldBe(HttpStatusCode.OK).Json;

        changed["createdBy"]!.Text("displayName").ShouldBe("Ada");
        changed["updatedBy"]!.Text("displayName").ShouldBe("Bob");
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_has_changed_meanwhile_is_refused_when_asked_to_be()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());
        var path = $"/api/documents/{id}";
        var etag = (await ada.GetAsync(path)).Header("ETag");

        (await ada.PatchAsync(path, new { title = "First" }, ("If-Match", etag))).ShouldBe(HttpStatusCode.OK);
        (await ada.PatchAsync(path, new { title = "Second" }, ("If-Match", etag))).ShouldBeProblem(412, "changed", "Read it again");
        (await ada.DeleteAsync(path, ("If-Match", etag))).ShouldBeProblem(412, "changed");
        (await ada.DeleteAsync(path + "?purge=true", ("If-Match", etag))).ShouldBeProblem(412, "changed");
        (await ada.PatchAsync(path, new { title = "Third" }, ("If-Match", "*"))).ShouldBe(HttpStatusCode.OK);
        (await ada.PatchAsync(path, new { title = "Fourth" }, ("If-Match", $"{etag}, {(await ada.GetAsync(path)).Header("ETag")}"))).ShouldBe(HttpStatusCode.OK);

        (await ChangesAsync(id)).Select(c => c.Title).ShouldBe(["First", "Third", "Fourth"]);
        (await ada.GetAsync(path)).Json["trashedAt"].ShouldBeNull();
    }

    [Fact]
    public async Task Changes_do_not_add_versions()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());

        await ada.PatchAsync($"/api/documents/{id}", new { title = "Other", folder = "Else" });

        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(1);
        (await ada.DownloadAsync(id)).ShouldBe("x".Bytes());
    }

    [Fact]
    public async Task A_document_that_is_renamed_again_and_again_is_never_missing()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { tags = "found" });
        var renaming = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                (await ada.PatchAsync($"/api/documents/{id}", new { title = $"Name {i}", folder = $"F{i % 3}" })).ShouldBe(HttpStatusCode.OK);
            }
        });

        while (!renaming.IsCompleted)
        {
            (await ada.GetAsync($"/api/documents/{id}")).ShouldBe(HttpStatusCode.OK);
            (await ada.DownloadAsync(id)).ShouldBe("x".Bytes());
        }

        await renaming;
        (await ada.ListAsync("/api/documents?tag=found")).Titles().ShouldBe(["Name 99"]);
        (await ChangesAsync(id)).Count.ShouldBe(100);
    }
}
