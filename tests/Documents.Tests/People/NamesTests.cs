using System.Net;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.People;

/// <summary>Documents' own copy of people, kept from <c>kilo.users</c>.</summary>
public sealed class NamesTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task Lists_versions_and_timelines_show_the_name_that_somebody_has_now()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt");

        var renamed = (await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Countess Lovelace" })).ShouldBe(HttpStatusCode.OK);

        var position = ("Kilo-Wait-For", renamed.Header("Kilo-Position"));
        (await ada.GetAsync("/api/documents?library=personal", position)).Json["items"]![0]!["createdBy"]!.Text("displayName").ShouldBe("Countess Lovelace");
        (await ada.GetAsync($"/api/documents/{id}", position)).Json["updatedBy"]!.Text("displayName").ShouldBe("Countess Lovelace");
        (await ada.GetAsync($"/api/documents/{id}/versions", position)).Json["items"]![0]!["author"]!.Text("displayName").ShouldBe("Countess Lovelace");
        (await ada.GetAsync($"/api/documents/{id}/timeline", position)).Json["items"]![0]!["actor"]!.Text("displayName").ShouldBe("Countess Lovelace");
    }

    [Fact]
    public async Task A_retried_registration_takes_no_later_change_back()
    {
        var body = new { email = $"{Guid.NewGuid():N}@example.org", password = "correct horse", displayName = "First name" };
        var added = (await office.Server.Admin.PostAsync("/api/users", body, ("Idempotency-Key", "register"))).ShouldBe(HttpStatusCode.Created);
        using var eve = await office.Anonymous.SignInAsync(body.email, body.password);
        var id = await eve.AddedAsync("x".Bytes(), "a.txt", new { library = "shared" });
        await office.Server.Admin.PatchAsync($"/api/users/{added.Id()}", new { displayName = "Second name", disabled = true });

        var retried = await office.Server.Admin.PostAsync("/api/users", body, ("Idempotency-Key", "register"));

        var wait = ("Kilo-Wait-For", retried.ShouldBe(HttpStatusCode.Created).Header("Kilo-Position"));
        (await office.Server.Admin.GetAsync($"/api/documents/{id}", wait)).Json["createdBy"]!.Text("displayName").ShouldBe("Second name");
        (await eve.GetAsync("/api/documents", wait)).ShouldBeProblem(401, "token-refused");
    }

    [Fact]
    public async Task Somebody_who_is_disabled_keeps_the_name_on_what_was_done()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { library = "shared" });

        var disabled = await office.Server.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = true });

        (await office.Server.Admin.GetAsync($"/api/documents/{id}", ("Kilo-Wait-For", disabled.Header("Kilo-Position")))).Json["createdBy"]!.Text("displayName").ShouldBe("Ada");
    }
}
