using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Add;

public sealed class IdempotencyTests(Office office) : IClassFixture<Office>
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task A_retried_upload_adds_no_second_document()
    {
        using var ada = await office.MemberAsync();

        var first = (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "k"))).ShouldBe(HttpStatusCode.Created);
        var second = (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "k"))).ShouldBe(HttpStatusCode.Created);

        second.Text.ShouldBe(first.Text);
        second.Header("Location").ShouldBe(first.Header("Location"));
        (await ada.ListAsync("/api/documents?library=personal")).Count.ShouldBe(1);
        (await ada.ListAsync($"/api/documents/{first.Id()}/versions")).Count.ShouldBe(1);
        (await ada.ListAsync($"/api/documents/{first.Id()}/timeline")).Count.ShouldBe(1);
        (await office.Server.EventsAsync<DocumentAdded>(e => e.DocumentId == first.Id())).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_was_used_for_other_bytes_is_refused()
    {
        using var ada = await office.MemberAsync();
        var id = (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "k"))).Id();
        (await ada.AddVersionAsync(id, "y".Bytes(), headers: (Header, "v"))).ShouldBe(HttpStatusCode.Created);
        var (before, other) = (await office.EventsAsync(), Guid.NewGuid().ToByteArray());

        (await ada.AddAsync(other, "a.txt", null, (Header, "k"))).ShouldBeProblem(422, "idempotency-key-reused", "new key");
        (await ada.AddVersionAsync(id, other, headers: (Header, "v"))).ShouldBeProblem(422, "idempotency-key-reused", "new key");

        (await office.EventsAsync()).ShouldBe(before);
        (await office.Server.Contents.HasAsync(other)).ShouldBeFalse();
    }

    [Fact]
    public async Task Twenty_concurrent_uploads_with_one_key_are_one_document()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "many"))));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created);
        answers.Select(a => a.Id()).Distinct().Count().ShouldBe(1);
        (await ada.ListAsync("/api/documents?library=personal")).Count.ShouldBe(1);
        (await ada.ListAsync($"/api/documents/{answers[0].Id()}/timeline")).Count.ShouldBe(1);
        (await office.Server.CountAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task Twenty_concurrent_versions_with_one_key_are_one_version()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("old".Bytes());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.AddVersionAsync(id, "new".Bytes(), fields: new { force = "true" }, headers: (Header, "many"))));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created && a.Json.Number("number") == 2);
        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_retried_version_is_the_same_version_also_after_others_came()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes());
        var first = (await ada.AddVersionAsync(id, "2".Bytes(), headers: (Header, "v"))).ShouldBe(HttpStatusCode.Created);
        await ada.AddVersionAsync(id, "3".Bytes());
        var before = await office.EventsAsync();

        var retried = (await ada.AddVersionAsync(id, "2".Bytes(), headers: (Header, "v"))).ShouldBe(HttpStatusCode.Created);

        retried.Text.ShouldBe(first.Text);
        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_retried_upload_of_unchanged_bytes_adds_no_version_also_after_others_came()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes());
        (await ada.AddVersionAsync(id, "1".Bytes(), headers: (Header, "u"))).ShouldBe(HttpStatusCode.OK);
        (await ada.AddVersionAsync(id, "2".Bytes())).ShouldBe(HttpStatusCode.Created);

        var retried = (await ada.AddVersionAsync(id, "1".Bytes(), headers: (Header, "u"))).ShouldBe(HttpStatusCode.OK);

        retried.Json.Number("number").ShouldBe(1);
        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_retried_restore_restores_once()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes());
        await ada.AddVersionAsync(id, "2".Bytes());
        var first = (await ada.PostAsync($"/api/documents/{id}/versions/1/restore", null, (Header, "r"))).ShouldBe(HttpStatusCode.Created);
        await ada.AddVersionAsync(id, "4".Bytes());

        (await ada.PostAsync($"/api/documents/{id}/versions/1/restore", null, (Header, "r"))).ShouldBe(HttpStatusCode.Created).Text.ShouldBe(first.Text);

        (await ada.GetAsync($"/api/documents/{id}")).Json.Number("version").ShouldBe(4);
    }

    [Fact]
    public async Task A_key_is_the_persons_own()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync("Bob");

        var hers = await ada.AddAsync("hers".Bytes(), "a.txt", new { library = "shared" }, (Header, "k"));
        var his = await bob.AddAsync("his".Bytes(), "a.txt", new { library = "shared" }, (Header, "k"));

        his.ShouldBe(HttpStatusCode.Created).Id().ShouldNotBe(hers.ShouldBe(HttpStatusCode.Created).Id());
    }

    [Fact]
    public async Task A_key_belongs_to_one_address()
    {
        using var ada = await office.MemberAsync();
        var one = (await ada.AddAsync("1".Bytes(), "a.txt", null, (Header, "k"))).Id();
        var two = (await ada.AddAsync("2".Bytes(), "a.txt", null, (Header, "l"))).Id();

        (await ada.AddVersionAsync(one, "3".Bytes(), headers: (Header, "k"))).ShouldBe(HttpStatusCode.Created);
        (await ada.AddVersionAsync(two, "4".Bytes(), headers: (Header, "k"))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_retry_after_the_document_was_purged_does_not_bring_it_back()
    {
        using var ada = await office.MemberAsync();
        var id = (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "k"))).Id();
        await ada.DeleteAsync($"/api/documents/{id}?purge=true");

        (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "k"))).ShouldBeProblem(410, "purged");

        (await ada.ListAsync("/api/documents?library=personal")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_not_valid_is_refused_with_the_limit()
    {
        using var ada = await office.MemberAsync();

        (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, new string('k', 201)))).ShouldBeProblem(400, "invalid-idempotency-key", "200");
        (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, "a\tb"))).ShouldBeProblem(400, "invalid-idempotency-key", "ASCII");
        (await ada.AddAsync("x".Bytes(), "a.txt", null, (Header, new string('k', 200)))).ShouldBe(HttpStatusCode.Created);
    }
}
