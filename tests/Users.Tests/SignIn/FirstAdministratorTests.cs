using Kilo.Testing.Http;
using Kilo.Testing.Projections;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.SignIn;

public sealed class FirstAdministratorTests
{
    [Fact]
    public async Task The_environment_names_the_first_administrator()
    {
        await using var server = await KiloServer.StartAsync();

        var only = (await server.Admin.ListAsync("/api/users")).ShouldHaveSingleItem();

        (only.Text("email"), only.Text("role"), only.Text("displayName")).ShouldBe((KiloServer.AdminEmail, "admin", "Administrator"));
        (await server.UserCountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_restart_adds_nobody_and_sets_no_password_again()
    {
        await using var first = await KiloServer.StartAsync();

        // Signing in with the first password is part of the start.
        await using var second = await KiloServer.StartAsync(
            new Dictionary<string, string?> { ["KILO_ADMIN_PASSWORD"] = "another one", ["KILO_ADMIN_EMAIL"] = KiloServer.AdminEmail },
            over: first);
        await using var third = await Replay.From0Async(first, Replay.As(Reading.InBatches));

        (await second.TrySignInAsync(KiloServer.AdminEmail, "another one")).ShouldBeProblem(401, "sign-in-failed");
        (await third.UserCountAsync()).ShouldBe(1);
        (await first.EventsAsync<UserRegistered>()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("changeme")]
    [InlineData("Password")]
    [InlineData("admin")]
    public async Task A_placeholder_for_a_password_refuses_the_start(string password)
    {
        var refused = await Should.ThrowAsync<Exception>(() => KiloServer.StartAsync(new Dictionary<string, string?> { ["KILO_ADMIN_PASSWORD"] = password }));

        refused.Message.ShouldContain("placeholder");
    }
}
