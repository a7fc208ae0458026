using System.Net;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Change;

public sealed class PasswordTests(Crew crew) : IClassFixture<Crew>
{
    private const string New = "a new password";

    private static Task<Answer> ChangeAsync(KiloClient who, string? password, string? currentPassword = Crew.Password, Guid? user = null) =>
        who.PatchAsync($"/api/users/{user ?? who.UserId}", new { password, currentPassword });

    [Fact]
    public async Task A_new_password_replaces_the_old_one()
    {
        var (ada, email) = await crew.PersonAsync();

        (await ChangeAsync(ada, New)).ShouldBe(HttpStatusCode.OK);

        (await crew.Server.TrySignInAsync(email)).ShouldBeProblem(401, "sign-in-failed");
        (await crew.Server.TrySignInAsync(email, New)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_change_of_password_ends_earlier_sign_ins_but_no_api_tokens()
    {
        var (ada, email) = await crew.PersonAsync();
        using var elsewhere = await crew.Anonymous.SignInAsync(email, Crew.Password);
        var token = (await ada.PostAsync("/api/tokens", new { name = "script" })).Json.Text("token");

        var changed = await ChangeAsync(ada, New);

        await ada.ShouldBeRefusedAsync(crew.Server, changed);
        await elsewhere.ShouldBeRefusedAsync(crew.Server, changed);
        await ada.WithToken(token, ada.UserId).ShouldBeAcceptedAsync();
        (await ada.WithToken(token, ada.UserId).ListAsync("/api/tokens")).Select(t => t.Text("name")).ShouldBe(["script"]);
        await (await crew.Anonymous.SignInAsync(email, New)).ShouldBeAcceptedAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not my password")]
    public async Task Ones_own_password_is_changed_by_who_knows_it(string? current)
    {
        var (ada, email) = await crew.PersonAsync();
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);

        (await ChangeAsync(ada, New, current)).ShouldBeProblem(400, "wrong-password", "currentPassword");

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
        (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
        await ada.ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task After_ten_wrong_ones_not_even_the_right_current_password_changes_it()
    {
        var (ada, email) = await crew.PersonAsync();
        var (bob, _) = await crew.PersonAsync("Bob");
        for (var i = 0; i < 10; i++)
        {
            (await ChangeAsync(ada, New, $"guess {i}")).ShouldBeProblem(400, "wrong-password");
        }

        (await ChangeAsync(ada, New)).ShouldBeProblem(429, "too-many-attempts", "10").Header("Retry-After").ShouldNotBeEmpty();

        (await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Still Ada" })).ShouldBe(HttpStatusCode.OK);
        (await ChangeAsync(bob, New)).ShouldBe(HttpStatusCode.OK);
        (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_administrator_sets_somebody_elses_password_without_knowing_it_but_not_the_own_one()
    {
        var (ada, email) = await crew.PersonAsync();
        var (root, _) = await crew.PersonAsync("Root", "admin");

        (await ChangeAsync(root, New, null, ada.UserId)).ShouldBe(HttpStatusCode.OK);
        (await ChangeAsync(root, New, null)).ShouldBeProblem(400, "wrong-password");

        (await crew.Server.TrySignInAsync(email, New)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_password_has_8_to_200_characters()
    {
        var (ada, email) = await crew.PersonAsync();

        (await ChangeAsync(ada, "1234567")).ShouldBeProblem(400, "invalid-password", "8 to 200");
        (await ChangeAsync(ada, new string('p', 201))).ShouldBeProblem(400, "invalid-password", "8 to 200");
        (await ChangeAsync(ada, new string('p', 200))).ShouldBe(HttpStatusCode.OK);

        (await crew.Server.TrySignInAsync(email, new string('p', 200))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Other_changes_end_no_sign_in()
    {
        var (ada, _) = await crew.PersonAsync();

        (await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Other" })).ShouldBe(HttpStatusCode.OK);

        await ada.ShouldBeAcceptedAsync();
    }
}
