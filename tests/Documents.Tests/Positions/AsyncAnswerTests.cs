using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;

namespace Kilo.Documents.Tests.Positions;

/// <summary><c>Prefer: respond-async</c>: the answer comes when the fact is safe, the view follows.</summary>
public sealed class AsyncAnswerTests(Office office) : IClassFixture<Office>
{
    private static readonly (string, string) Async = ("Prefer", "respond-async");

    [Fact]
    public async Task A_document_is_accepted_at_once_and_is_there_eventually()
    {
        using var ada = await office.MemberAsync();

        var answer = (await ada.AddAsync("x".Bytes(), "a.txt", null, Async)).ShouldBe(HttpStatusCode.Accepted);

        answer.Bytes.ShouldBeEmpty();
        var location = answer.Header("Location");
        location.ShouldStartWith("/api/documents/");
        // The fact is on the log before the answer is.
        (await office.Server.EventsAsync<DocumentAdded>(e => location.EndsWith(e.DocumentId.ToString(), StringComparison.Ordinal))).Count.ShouldBe(1);
        await Eventually.Async("the accepted document", async () => (await ada.GetAsync(location)).Status == HttpStatusCode.OK);
        (await ada.GetAsync(location, ("Kilo-Wait-For", answer.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_kind_of_write_can_be_accepted_at_once()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes());
        var path = $"/api/documents/{id}";

        var version = (await ada.AddVersionAsync(id, "2".Bytes(), headers: Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", version.Header("Kilo-Position")))).Json.Number("version").ShouldBe(2);
        var restored = (await ada.PostAsync(path + "/versions/1/restore", null, Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", restored.Header("Kilo-Position")))).Json.Number("version").ShouldBe(3);
        var changed = (await ada.PatchAsync(path, new { title = "Later" }, Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", changed.Header("Kilo-Position")))).Json.Text("title").ShouldBe("Later");
        var trashed = (await ada.DeleteAsync(path, Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", trashed.Header("Kilo-Position")))).Json["trashedAt"].ShouldNotBeNull();
        var back = (await ada.PostAsync(path + "/restore", null, Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", back.Header("Kilo-Position")))).Json["trashedAt"].ShouldBeNull();
        var purged = (await ada.DeleteAsync(path + "?purge=true", Async)).ShouldBe(HttpStatusCode.Accepted);
        (await ada.GetAsync(path, ("Kilo-Wait-For", purged.Header("Kilo-Position")))).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task An_invalid_request_is_refused_all_the_same()
    {
        using var ada = await office.MemberAsync();

        (await ada.AddAsync("x".Bytes(), "a.txt", new { title = "" }, Async)).ShouldBeProblem(400, "invalid-title");
    }
}
