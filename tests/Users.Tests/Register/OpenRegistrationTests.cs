using System.Net;
using Kilo.Testing.Http;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Register;

public sealed class OpenRegistrationTests : IAsyncLifetime
{
    private KiloServer _server = null!;

    public async Task InitializeAsync() => _server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Users:Registration"] = "open" });

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Anybody_may_register_as_a_member()
    {
        var email = Somebody.NewEmail();

        var answer = (await _server.Anonymous.PostAsync("/api/users", new { email, password = Crew.Password, displayName = "New" })).ShouldBe(HttpStatusCode.Created);

        answer.Json.Text("role").ShouldBe("member");
        (await _server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_registers_as_an_administrator()
    {
        var (ada, _) = await _server.PersonAsync();

        foreach (var who in new[] { _server.Anonymous, ada })
        {
            var body = new { email = Somebody.NewEmail(), password = Crew.Password, displayName = "Boss", role = "admin" };
            (await who.PostAsync("/api/users", body)).ShouldBe(HttpStatusCode.Created).Json.Text("role").ShouldBe("member");
        }
        (await _server.Admin.ListAsync("/api/users")).Count(u => u.Text("role") == "admin").ShouldBe(1);
    }

    [Fact]
    public async Task An_address_is_given_once_here_too()
    {
        var body = new { email = Somebody.NewEmail(), password = Crew.Password, displayName = "New" };
        await _server.Anonymous.PostAsync("/api/users", body);

        (await _server.Anonymous.PostAsync("/api/users", body)).ShouldBeProblem(409, "email-taken");
    }

    [Fact]
    public async Task A_strangers_idempotency_key_reaches_nobody_elses_account()
    {
        var (email, key) = (Somebody.NewEmail(), ("Idempotency-Key", "1"));
        var first = (await _server.Anonymous.PostAsync("/api/users", new { email, password = Crew.Password, displayName = "First" }, key)).ShouldBe(HttpStatusCode.Created);

        var same = await _server.Anonymous.PostAsync("/api/users", new { email, password = "stolen password", displayName = "Thief" }, key);
        var other = await _server.Anonymous.PostAsync("/api/users", new { email = Somebody.NewEmail(), password = "stolen password", displayName = "Thief" }, key);

        same.ShouldBeProblem(409, "email-taken");
        other.ShouldBe(HttpStatusCode.Created).Id().ShouldNotBe(first.Id());
        (await _server.TrySignInAsync(email, "stolen password")).ShouldBeProblem(401, "sign-in-failed");
        (await _server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
    }
}
