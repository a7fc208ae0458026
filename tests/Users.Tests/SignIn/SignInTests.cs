using System.Net;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.SignIn;

public sealed class SignInTests(Crew crew) : IClassFixture<Crew>
{
    [Fact]
    public async Task The_right_password_gets_a_token_that_opens_both_modules()
    {
        var (ada, email) = await crew.PersonAsync();

        var answer = (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);

        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Json["user"]!.Text("email").ShouldBe(email);
        answer.Json["user"]!.Text("displayName").ShouldBe("Ada");
        answer.Json["user"]!.Text("role").ShouldBe("member");
        (answer.Json["expiresAt"]!.GetValue<DateTimeOffset>() - DateTimeOffset.UtcNow).TotalHours.ShouldBeInRange(11.9, 12);
        await crew.Anonymous.WithToken(answer.Json.Text("token"), ada.UserId).ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task The_address_is_compared_without_case_and_blanks()
    {
        var (_, email) = await crew.PersonAsync();

        (await crew.Server.TrySignInAsync($" {email.ToUpperInvariant()} ")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Correct horse")]
    [InlineData(" correct horse")]
    [InlineData("")]
    public async Task Another_password_does_not(string password)
    {
        var (_, email) = await crew.PersonAsync();

        (await crew.Server.TrySignInAsync(email, password)).ShouldBeProblem(401, "sign-in-failed");
    }

    [Fact]
    public async Task An_unknown_address_a_wrong_password_and_a_disabled_user_are_answered_alike()
    {
        var (_, email) = await crew.PersonAsync();
        var (eve, disabled) = await crew.PersonAsync("Eve");
        await crew.Admin.PatchAsync($"/api/users/{eve.UserId}", new { disabled = true });

        var answers = new[]
        {
            await crew.Server.TrySignInAsync(email, "wrong password"),
            await crew.Server.TrySignInAsync(Somebody.NewEmail()),
            await crew.Server.TrySignInAsync(disabled),
            await crew.Server.TrySignInAsync("no address"),
        };

        foreach (var answer in answers)
        {
            answer.ShouldBeProblem(401, "sign-in-failed");
            (answer.Json.Text("title"), answer.Json.Text("detail")).ShouldBe((answers[0].Json.Text("title"), answers[0].Json.Text("detail")));
        }
    }

    [Theory]
    [InlineData("{\"email\":\"a@b.c\"}")]
    [InlineData("{\"email\":null,\"password\":\"x\"}")]
    [InlineData("{\"email\":1,\"password\":\"x\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":\"x\",\"remember\":true}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_body_that_is_no_sign_in_is_refused(string json)
    {
        using var body = new StringContent(json, null, "application/json");

        (await crew.Anonymous.SendAsync(HttpMethod.Post, "/api/login", body)).ShouldBeProblem(400, "bad-request");
    }

    [Fact]
    public async Task An_old_token_does_not_keep_anybody_from_signing_in()
    {
        var (ada, email) = await crew.PersonAsync();
        await ada.DeleteAsync("/api/tokens/current");

        (await ada.PostAsync("/api/login", new { email, password = Crew.Password })).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_sign_in_ends_by_itself()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Users:SignInLifetime"] = "01:00:00" }, Somebody.With(time));
        var (ada, email) = await server.PersonAsync();

        time.Advance(TimeSpan.FromMinutes(59));
        await ada.ShouldBeAcceptedAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        (await ada.GetAsync("/api/users/me")).ShouldBeProblem(401, "token-refused");
        (await ada.GetAsync("/api/documents")).ShouldBeProblem(401, "token-refused");
        (await server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }
}
