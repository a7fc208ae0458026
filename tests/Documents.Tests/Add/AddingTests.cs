using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Add;

public sealed class AddingTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task A_file_alone_becomes_a_document_of_its_name_in_the_personal_library()
    {
        using var ada = await office.MemberAsync();
        var bytes = "hello".Bytes();

        var answer = await ada.AddAsync(bytes, "Letter.txt");

        answer.ShouldBe(HttpStatusCode.Created);
        answer.Header("Location").ShouldBe($"/api/documents/{answer.Id()}");
        var document = answer.Json;
        document.Text("title").ShouldBe("Letter.txt");
        document.Text("fileName").ShouldBe("Letter.txt");
        document.Text("library").ShouldBe(ada.UserId.ToString());
        document.Text("folder").ShouldBe("");
        document["tags"]!.AsArray().ShouldBeEmpty();
        document.Number("version").ShouldBe(1);
        document.Number("size").ShouldBe(5);
        document.Text("mediaType").ShouldBe("text/plain");
        document.Text("sha256").ShouldBe(bytes.Sha256());
        document["createdBy"]!.Text("id").ShouldBe(ada.UserId.ToString());
        document["createdBy"]!.Text("displayName").ShouldBe("Ada");
        document["updatedBy"]!.Text("displayName").ShouldBe("Ada");
        document.Text("updatedAt").ShouldBe(document.Text("createdAt"));
        document["trashedAt"].ShouldBeNull();
        (await ada.GetAsync(answer.Header("Location"))).Text.ShouldBe(answer.Text);
    }

    [Fact]
    public async Task Every_field_of_the_form_arrives()
    {
        using var ada = await office.MemberAsync();

        var answer = await ada.AddAsync("x".Bytes(), "a.txt", new
        {
            title = "  Annual report ",
            folder = "/Finance/ 2026 /",
            library = "shared",
            tags = "Money, #Board,money",
            note = "First draft\nwith two lines",
            label = "draft",
        });

        answer.ShouldBe(HttpStatusCode.Created);
        answer.Json.Text("title").ShouldBe("Annual report");
        answer.Json.Text("folder").ShouldBe("Finance/2026");
        answer.Json.Text("library").ShouldBe("shared");
        answer.Json["tags"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["money", "board"]);
        var version = (await ada.GetAsync($"/api/documents/{answer.Id()}/versions/1")).Json;
        version.Text("note").ShouldBe("First draft\nwith two lines");
        version.Text("label").ShouldBe("draft");
    }

    [Fact]
    public async Task Adding_is_one_event_that_carries_the_claim_check()
    {
        using var ada = await office.MemberAsync();
        var bytes = "claim".Bytes();

        var id = await ada.AddedAsync(bytes, "c.txt", new { title = "Claim", tags = "one", note = "n", label = "l" });

        var added = (await office.Server.EventsAsync<DocumentAdded>(e => e.DocumentId == id)).ShouldHaveSingleItem();
        added.Library.ShouldBe(ada.UserId.ToString());
        added.Title.ShouldBe("Claim");
        added.Folder.ShouldBe("");
        added.Tags.ShouldBe(["one"]);
        (added.Note, added.Label).ShouldBe(("n", "l"));
        added.Content.ShouldBe(new ContentClaim(bytes.Sha256(), bytes.Length, "text/plain", "c.txt"));
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        using var ada = await office.MemberAsync();

        var id = await ada.AddedAsync([], "empty.bin");

        (await ada.GetAsync($"/api/documents/{id}")).Json.Number("size").ShouldBe(0);
        (await ada.DownloadAsync(id)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("longest title", 255)]
    [InlineData("emoji count as two characters", 254)]
    public async Task A_title_of_the_longest_length_is_accepted(string why, int length)
    {
        using var ada = await office.MemberAsync();
        var title = why[0] == 'e' ? string.Concat(Enumerable.Repeat("😀", length / 2)) : new string('t', length);

        (await ada.AddAsync("x".Bytes(), "a.txt", new { title })).ShouldBe(HttpStatusCode.Created).Json.Text("title").ShouldBe(title);
    }

    [Fact]
    public async Task Values_at_their_limits_are_accepted()
    {
        using var ada = await office.MemberAsync();

        var answer = await ada.AddAsync("x".Bytes(), new string('f', 251) + ".txt", new
        {
            folder = string.Join('/', Enumerable.Range(1, 20)),
            tags = string.Join(',', Enumerable.Range(1, 20).Select(i => new string('t', 48) + i.ToString("D2", null))),
            note = new string('n', 2_000),
            label = new string('l', 100),
        });

        answer.ShouldBe(HttpStatusCode.Created).Json["tags"]!.AsArray().Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_document_has_an_entity_tag_that_changes_with_the_document()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("x".Bytes())}";

        var first = (await ada.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Header("ETag");
        first.ShouldStartWith("\"");
        var same = await ada.GetAsync(path, ("If-None-Match", first));
        await ada.PatchAsync(path, new { title = "Other" });
        var after = await ada.GetAsync(path, ("If-None-Match", first));

        same.Status.ShouldBe(HttpStatusCode.NotModified);
        same.Bytes.ShouldBeEmpty();
        same.Header("ETag").ShouldBe(first);
        after.ShouldBe(HttpStatusCode.OK).Json.Text("title").ShouldBe("Other");
        after.Header("ETag").ShouldNotBe(first);
    }

    [Theory]
    [InlineData("\"no\", {0}")]
    [InlineData("W/{0}")]
    [InlineData("*")]
    public async Task Every_way_to_name_the_known_entity_tag_saves_the_answer(string form)
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("x".Bytes())}";
        var etag = (await ada.GetAsync(path)).Header("ETag");

        (await ada.GetAsync(path, ("If-None-Match", string.Format(null, form, etag)))).Status.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Who_is_not_signed_in_adds_nothing()
    {
        var before = await office.EventsAsync();

        (await office.Anonymous.AddAsync("x".Bytes())).ShouldBeProblem(401, "sign-in-needed");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_public_count_counts_it_without_sign_in()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();

        await ada.AddedAsync("one".Bytes());
        await ada.AddedAsync("two".Bytes(), fields: new { library = "shared" });

        (await office.Server.CountAsync()).ShouldBe(before + 2);
    }
}
