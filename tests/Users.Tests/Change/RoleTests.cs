using System.Net;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Change;

public sealed class RoleTests(Crew crew) : IClassFixture<Crew>
{
    [Fact]
    public async Task A_role_counts_from_the_next_request_on()
    {
        var (ada, _) = await crew.PersonAsync();
        (await ada.GetAsync("/api/users")).ShouldBeProblem(403, "forbidden", "administrator");

        (await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { role = "admin" })).ShouldBe(HttpStatusCode.OK).Json.Text("role").ShouldBe("admin");
        (await ada.GetAsync("/api/users")).ShouldBe(HttpStatusCode.OK);

        (await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { role = "member" })).ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync("/api/users")).ShouldBeProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("{\"role\":\"admin\"}")]
    [InlineData("{\"role\":\"member\"}")]
    [InlineData("{\"disabled\":true}")]
    [InlineData("{\"disabled\":false}")]
    [InlineData("{\"displayName\":\"Fine\",\"role\":\"admin\"}")]
    public async Task Members_change_neither_roles_nor_who_may_sign_in(string json)
    {
        var (ada, _) = await crew.PersonAsync();
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);
        using var body = new StringContent(json, null, "application/json");

        (await ada.SendAsync(HttpMethod.Patch, $"/api/users/{ada.UserId}", body)).ShouldBeProblem(403, "forbidden", "administrator");

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
    }

    [Theory]
    [InlineData("{\"role\":\"king\"}", "invalid-role")]
    [InlineData("{\"displayName\":\"\"}", "invalid-name")]
    [InlineData("{\"displayName\":\"a\\u0007\"}", "invalid-name")]
    [InlineData("{\"disabled\":\"yes\"}", "bad-request")]
    [InlineData("{\"email\":\"new@example.org\"}", "bad-request")]
    [InlineData("null", "bad-request")]
    public async Task A_change_that_is_not_valid_is_refused(string json, string code)
    {
        var (ada, _) = await crew.PersonAsync();
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);
        using var body = new StringContent(json, null, "application/json");

        (await crew.Admin.SendAsync(HttpMethod.Patch, $"/api/users/{ada.UserId}", body)).ShouldBeProblem(400, code);

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
    }

    [Fact]
    public async Task Somebody_remains_an_administrator()
    {
        await using var server = await KiloServer.StartAsync();
        var self = $"/api/users/{server.Admin.UserId}";

        (await server.Admin.PatchAsync(self, new { role = "member" })).ShouldBeProblem(409, "last-administrator");
        (await server.Admin.PatchAsync(self, new { disabled = true })).ShouldBeProblem(409, "last-administrator");

        // A second one who may not sign in does not count.
        var (root, _) = await server.PersonAsync("Root", "admin");
        await server.Admin.PatchAsync($"/api/users/{root.UserId}", new { disabled = true });
        (await server.Admin.PatchAsync(self, new { role = "member" })).ShouldBeProblem(409, "last-administrator");
        await server.Admin.PatchAsync($"/api/users/{root.UserId}", new { disabled = false });
        (await server.Admin.PatchAsync(self, new { role = "member" })).ShouldBe(HttpStatusCode.OK);
        (await root.GetAsync("/api/users")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_administrators_who_demote_each_other_at_once_are_one_afterwards()
    {
        await using var server = await KiloServer.StartAsync();
        var (root, _) = await server.PersonAsync("Root", "admin");

        var answers = await Task.WhenAll(
            server.Admin.PatchAsync($"/api/users/{root.UserId}", new { role = "member" }),
            root.PatchAsync($"/api/users/{server.Admin.UserId}", new { role = "member" }));

        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        var remaining = answers[0].Status == HttpStatusCode.OK ? server.Admin : root;
        (await remaining.ListAsync("/api/users")).Where(u => u.Text("role") == "admin").ShouldHaveSingleItem().Text("id").ShouldBe(remaining.UserId.ToString());
    }

    [Fact]
    public async Task Concurrent_changes_of_different_things_are_all_kept()
    {
        var (ada, _) = await crew.PersonAsync();
        var path = $"/api/users/{ada.UserId}";

        await Task.WhenAll(
            crew.Admin.PatchAsync(path, new { role = "admin" }), crew.Admin.PatchAsync(path, new { displayName = "Changed" }), crew.Admin.PatchAsync(path, new { disabled = true }));

        var user = (await crew.Admin.GetAsync(path)).Json;
        (user.Text("role"), user.Text("displayName"), user["disabled"]!.GetValue<bool>()).ShouldBe(("admin", "Changed", true));
        await crew.Admin.PatchAsync(path, new { role = "member" });
    }
}
