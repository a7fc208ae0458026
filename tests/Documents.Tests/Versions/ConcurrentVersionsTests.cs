using System.Net;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Versions;

public sealed class ConcurrentVersionsTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task A_hundred_concurrent_uploads_become_a_hundred_versions_without_a_gap_each_with_its_own_bytes()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("0".Bytes());

        var answers = await Task.WhenAll(Enumerable.Range(1, 100).Select(i => ada.AddVersionAsync(id, $"upload {i}".Bytes(), $"{i}.txt", new { basedOn = 1, note = $"{i}" })));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created);
        answers.Select(a => a.Json.Number("number")).Order().ShouldBe(Enumerable.Range(2, 100));
        // All but the one that came first found the head moved.
        answers.Count(a => !a.Json["concurrent"]!.GetValue<bool>()).ShouldBe(1);
        answers.Single(a => a.Json.Number("number") == 2).Json["concurrent"]!.GetValue<bool>().ShouldBeFalse();
        (await ada.ListAsync($"/api/documents/{id}/versions")).Select(v => v.Number("number")).ShouldBe(Enumerable.Range(1, 101).Reverse());
        (await ada.GetAsync($"/api/documents/{id}")).Json.Number("version").ShouldBe(101);
        foreach (var answer in answers)
        {
            var version = answer.Json;
            (await ada.DownloadAsync(id, version.Number("number"))).ShouldBe($"upload {version.Text("note")}".Bytes());
        }
    }

    [Fact]
    public async Task The_same_new_bytes_from_many_at_once_become_one_version()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("old".Bytes());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.AddVersionAsync(id, "new".Bytes())));

        answers.Select(a => a.Json.Number("number")).ShouldAllBe(n => n == 2);
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.OK && a.Json["unchanged"]!.GetValue<bool>()).ShouldBe(19);
        (await ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Documents_that_come_at_the_same_time_are_all_there_and_counted()
    {
        using var ada = await office.MemberAsync();
        var before = await office.Server.CountAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => ada.AddedAsync($"{i}".Bytes(), $"{i}.txt")));

        ids.Distinct().Count().ShouldBe(50);
        (await ada.ListAsync("/api/documents?library=personal")).Count.ShouldBe(50);
        (await office.Server.CountAsync()).ShouldBe(before + 50);
        (await office.Server.EventsAsync<DocumentAdded>(e => e.Library == ada.UserId.ToString())).Count.ShouldBe(50);
    }
}
