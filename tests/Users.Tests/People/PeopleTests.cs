using System.Net;
using Kilo.Testing.Http;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.People;

public sealed class PeopleTests(Crew crew) : IClassFixture<Crew>
{
    [Fact]
    public async Task Administrators_see_everybody_by_name()
    {
        await using var server = await KiloServer.StartAsync();
        foreach (var name in new[] { "zoe", "Bob", "alice", "Émile", "Adam" })
        {
            await server.PersonAsync(name);
        }

        (await server.Admin.ListAsync("/api/users")).Select(u => u.Text("displayName")).ShouldBe(["Adam", "Administrator", "alice", "Bob", "zoe", "Émile"]);
    }

    [Fact]
    public async Task Somebody_renamed_stands_once_under_the_new_name()
    {
        var (ada, email) = await crew.PersonAsync("Aaa");

        (await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = " zzz " })).ShouldBe(HttpStatusCode.OK).Json.Text("displayName").ShouldBe("zzz");

        var everybody = await crew.Admin.ListAsync("/api/users");
        everybody.Where(u => u.Text("email") == email).ShouldHaveSingleItem().Text("displayName").ShouldBe("zzz");
        everybody[^1].Text("email").ShouldBe(email);
    }

    [Fact]
    public async Task Two_of_one_name_are_both_listed()
    {
        var name = Guid.NewGuid().ToString();
        await crew.PersonAsync(name);
        await crew.PersonAsync(name);

        (await crew.Admin.ListAsync("/api/users")).Count(u => u.Text("displayName") == name).ShouldBe(2);
    }

    [Fact]
    public async Task Members_see_themselves_and_nobody_else()
    {
        var (ada, email) = await crew.PersonAsync();
        var (bob, _) = await crew.PersonAsync("Bob");

        (await ada.GetAsync("/api/users/me")).ShouldBe(HttpStatusCode.OK).Json.Text("email").ShouldBe(email);
        (await ada.GetAsync($"/api/users/{ada.UserId}")).ShouldBe(HttpStatusCode.OK).Id().ShouldBe(ada.UserId);
        (await ada.GetAsync($"/api/users/{bob.UserId}")).ShouldBeProblem(404, "not-found", "user");
        (await ada.PatchAsync($"/api/users/{bob.UserId}", new { displayName = "Mine" })).ShouldBeProblem(404, "not-found", "user");
        (await ada.PatchAsync($"/api/users/{bob.UserId}", new { password = "a new password" })).ShouldBeProblem(404, "not-found", "user");
        (await ada.GetAsync("/api/users")).ShouldBeProblem(403, "forbidden", "administrator");
        (await crew.Admin.GetAsync($"/api/users/{bob.UserId}")).ShouldBe(HttpStatusCode.OK).Json.Text("displayName").ShouldBe("Bob");
    }

    [Fact]
    public async Task Somebody_who_does_not_exist_is_not_found()
    {
        (await crew.Admin.GetAsync($"/api/users/{Guid.NewGuid()}")).ShouldBeProblem(404, "not-found", "user");
        (await crew.Admin.PatchAsync($"/api/users/{Guid.NewGuid()}", new { displayName = "x" })).ShouldBeProblem(404, "not-found", "user");
        (await crew.Admin.GetAsync("/api/users/nobody")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Nothing_but_the_count_is_public()
    {
        var before = await crew.Server.UserCountAsync();
        var (ada, _) = await crew.PersonAsync();

        (await crew.Server.UserCountAsync()).ShouldBe(before + 1);
        foreach (var path in new[] { "/api/users", "/api/users/me", $"/api/users/{ada.UserId}" })
        {
            (await crew.Anonymous.GetAsync(path)).ShouldBeProblem(401, "sign-in-needed").Header("WWW-Authenticate").ShouldBe("Bearer");
        }
        (await crew.Anonymous.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "x" })).ShouldBeProblem(401, "sign-in-needed");
    }
}
