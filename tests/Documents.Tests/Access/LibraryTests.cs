using System.Net;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Access;

public sealed class LibraryTests(Office office) : IClassFixture<Office>
{
    [Theory]
    [InlineData("member")]
    [InlineData("admin")]
    public async Task A_personal_document_is_nobody_elses_administrators_included(string role)
    {
        using var ada = await office.MemberAsync();
        using var other = await office.Server.Admin.AddMemberAsync("Other", role);
        var id = await ada.AddedAsync("secret".Bytes(), "secret.txt");
        await ada.AddVersionAsync(id, "more".Bytes());
        var (path, before) = ($"/api/documents/{id}", await office.EventsAsync());

        foreach (var read in new[] { "", "/versions", "/versions/1", "/versions/1/content", "/versions/2/content", "/content", "/timeline" })
        {
            (await other.GetAsync(path + read)).ShouldBeProblem(404, "not-found");
        }
        (await other.SendAsync(HttpMethod.Head, path + "/content", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await other.PatchAsync(path, new { title = "Mine" })).ShouldBeProblem(404, "not-found");
        (await other.DeleteAsync(path)).ShouldBeProblem(404, "not-found");
        (await other.DeleteAsync(path + "?purge=true")).ShouldBeProblem(404, "not-found");
        (await other.PostAsync(path + "/restore")).ShouldBeProblem(404, "not-found");
        (await other.PostAsync(path + "/versions/1/restore")).ShouldBeProblem(404, "not-found");
        (await other.AddVersionAsync(id, "x".Bytes())).ShouldBeProblem(404, "not-found");
        (await other.GetAsync($"/api/documents?library={ada.UserId}")).ShouldBeProblem(404, "not-found");
        (await other.AddAsync("x".Bytes(), "x.txt", new { library = ada.UserId })).ShouldBeProblem(404, "not-found");
        (await other.ListAsync("/api/documents?q=secret")).ShouldBeEmpty();
        (await other.ListAsync("/api/documents?q=secret&trashed=true")).ShouldBeEmpty();
        (await other.ListAsync("/api/documents")).ShouldNotContain(d => d.Text("id") == id.ToString());

        (await office.EventsAsync()).ShouldBe(before);
        (await ada.DownloadAsync(id)).ShouldBe("more".Bytes());
    }

    [Fact]
    public async Task The_answer_about_somebody_elses_document_is_the_same_as_about_none()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var id = await ada.AddedAsync("secret".Bytes());

        var hidden = (await bob.GetAsync($"/api/documents/{id}")).Json;
        var none = (await bob.GetAsync($"/api/documents/{Guid.NewGuid()}")).Json;

        (hidden.Text("type"), hidden.Text("title"), hidden.Text("detail")).ShouldBe((none.Text("type"), none.Text("title"), none.Text("detail")));
    }

    [Fact]
    public async Task A_shared_document_is_everybodys()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");
        var id = await ada.AddedAsync("ours".Bytes(), "ours.txt", new { library = "shared" });
        var path = $"/api/documents/{id}";

        (await bob.DownloadAsync(id)).ShouldBe("ours".Bytes());
        (await bob.PatchAsync(path, new { title = "Renamed by Bob" })).ShouldBe(HttpStatusCode.OK);
        (await bob.AddVersionAsync(id, "Bob's".Bytes())).ShouldBe(HttpStatusCode.Created);
        (await bob.ListAsync("/api/documents?library=shared")).Titles().ShouldContain("Renamed by Bob");
        (await bob.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await ada.ListAsync("/api/documents?library=shared&trashed=true")).Titles().ShouldContain("Renamed by Bob");
        (await ada.PostAsync(path + "/restore")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_but_the_count_is_public()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "x.txt", new { library = "shared" });
        var path = $"/api/documents/{id}";

        (await office.Anonymous.GetAsync("/api/documents/count")).ShouldBe(HttpStatusCode.OK);
        foreach (var read in new[] { "", $"/{id}", $"/{id}/versions", $"/{id}/versions/1", $"/{id}/versions/1/content", $"/{id}/content", $"/{id}/timeline" })
        {
            (await office.Anonymous.GetAsync("/api/documents" + read)).ShouldBeProblem(401, "sign-in-needed").Header("WWW-Authenticate").ShouldBe("Bearer");
        }
        (await office.Anonymous.PatchAsync(path, new { title = "x" })).ShouldBeProblem(401, "sign-in-needed");
        (await office.Anonymous.DeleteAsync(path)).ShouldBeProblem(401, "sign-in-needed");
        (await office.Anonymous.AddVersionAsync(id, "y".Bytes())).ShouldBeProblem(401, "sign-in-needed");
        (await office.Anonymous.PostAsync(path + "/restore")).ShouldBeProblem(401, "sign-in-needed");
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer kilo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.YS9rLzAvMA")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("123")]
    public async Task What_is_no_token_opens_nothing(string authorization) =>
        (await office.Anonymous.GetAsync("/api/documents", ("Authorization", authorization))).ShouldBeProblem(401, "token-refused");
}
