using System.Net;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Change;

public sealed class DisabledTests(Crew crew) : IClassFixture<Crew>
{
    [Fact]
    public async Task Who_is_disabled_gets_in_nowhere()
    {
        var (ada, email) = await crew.PersonAsync();
        using var script = ada.WithToken((await ada.PostAsync("/api/tokens", new { name = "script" })).Json.Text("token"), ada.UserId);

        var disabled = (await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = true })).ShouldBe(HttpStatusCode.OK);

        disabled.Json["disabled"]!.GetValue<bool>().ShouldBeTrue();
        await ada.ShouldBeRefusedAsync(crew.Server, disabled);
        await script.ShouldBeRefusedAsync(crew.Server, disabled);
        (await crew.Server.TrySignInAsync(email)).ShouldBeProblem(401, "sign-in-failed");
    }

    [Fact]
    public async Task Who_is_enabled_again_gets_in_again()
    {
        var (ada, email) = await crew.PersonAsync();
        await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = true });

        var enabled = await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = false });

        (await crew.Anonymous.GetAsync("/api/documents/count", ("Kilo-Wait-For", enabled.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);
        (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
        await ada.ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task Who_is_disabled_is_still_listed_and_counted()
    {
        var (ada, email) = await crew.PersonAsync();
        var before = await crew.Server.UserCountAsync();

        await crew.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = true });

        (await crew.Server.UserCountAsync()).ShouldBe(before);
        (await crew.Admin.ListAsync("/api/users")).Single(u => u.Text("email") == email)["disabled"]!.GetValue<bool>().ShouldBeTrue();
        (await crew.Admin.PostAsync("/api/users", new { email, password = Crew.Password, displayName = "Again" })).ShouldBeProblem(409, "email-taken");
    }
}
