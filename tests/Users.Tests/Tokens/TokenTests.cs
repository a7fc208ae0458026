using System.Net;
using System.Security.Cryptography;
using System.Text;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Tokens;

public sealed class TokenTests(Crew crew) : IClassFixture<Crew>
{
    private static async Task<(KiloClient Client, Guid Id)> IssueAsync(KiloClient who, string name = "script")
    {
        var answer = (await who.PostAsync("/api/tokens", new { name })).ShouldBe(HttpStatusCode.Created);
        return (who.WithToken(answer.Json.Text("token"), who.UserId), answer.Id());
    }

    private static async Task<IEnumerable<string>> NamesAsync(KiloClient who) => (await who.ListAsync("/api/tokens")).Select(t => t.Text("name"));

    [Fact]
    public async Task A_token_works_in_both_modules_as_its_user()
    {
        var (ada, _) = await crew.PersonAsync();

        var answer = (await ada.PostAsync("/api/tokens", new { name = "  backup " })).ShouldBe(HttpStatusCode.Created);

        answer.Header("Location").ShouldBe($"/api/tokens/{answer.Id()}");
        answer.Header("Cache-Control").ShouldBe("no-store");
        (answer.Json.Text("name"), answer.Json["expiresAt"]).ShouldBe(("backup", null));
        using var script = ada.WithToken(answer.Json.Text("token"), ada.UserId);
        await script.ShouldBeAcceptedAsync();
        (await script.GetAsync("/api/users/me")).Id().ShouldBe(ada.UserId);
        (await script.AddAsync("x"u8.ToArray())).ShouldBe(HttpStatusCode.Created).Json["createdBy"]!.Text("id").ShouldBe(ada.UserId.ToString());
    }

    [Fact]
    public async Task A_tokens_secret_is_shown_once_and_kept_nowhere()
    {
        var (ada, _) = await crew.PersonAsync();
        var issued = (await ada.PostAsync("/api/tokens", new { name = "once" })).ShouldBe(HttpStatusCode.Created);
        var secret = issued.Json.Text("token")["kilo_".Length..].Split('.')[0];

        (await ada.GetAsync("/api/tokens")).Text.ShouldNotContain(secret);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        (await crew.Server.EventsAsync<TokenIssued>(t => t.TokenId == issued.Id())).ShouldHaveSingleItem().SecretSha256.ShouldBe(hash);
        foreach (var topic in crew.Server.Catalogue.Topics)
        {
            for (var partition = 0; partition < crew.Server.Log.Partitions(topic); partition++)
            {
                foreach (var entry in await crew.Server.Log.ReadAsync(topic, partition, 0, int.MaxValue, default))
                {
                    Encoding.UTF8.GetString(entry.Event.Body.Span).ShouldNotContain(secret);
                }
            }
        }
    }

    [Fact]
    public async Task Tokens_are_listed_from_the_newest_on_for_their_owner_alone()
    {
        var (ada, _) = await crew.PersonAsync();
        var (bob, _) = await crew.PersonAsync("Bob");
        foreach (var name in new[] { "one", "two", "three" })
        {
            await IssueAsync(ada, name);
        }

        (await NamesAsync(ada)).ShouldBe(["three", "two", "one", "Sign-in"]);
        (await ada.ListAsync("/api/tokens")).Select(t => t["isSignIn"]!.GetValue<bool>()).ShouldBe([false, false, false, true]);
        (await ada.ListAsync("/api/tokens")).Select(t => t["isCurrent"]!.GetValue<bool>()).ShouldBe([false, false, false, true]);
        (await NamesAsync(bob)).ShouldBe(["Sign-in"]);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_by_both_modules_and_leaves_the_list()
    {
        var (ada, _) = await crew.PersonAsync();
        var (script, id) = await IssueAsync(ada);

        var revoked = (await ada.DeleteAsync($"/api/tokens/{id}")).ShouldBe(HttpStatusCode.NoContent);

        await script.ShouldBeRefusedAsync(crew.Server, revoked);
        (await NamesAsync(ada)).ShouldBe(["Sign-in"]);
        (await ada.DeleteAsync($"/api/tokens/{id}")).ShouldBeProblem(404, "not-found", "token");
        (await crew.Server.EventsAsync<TokenRevoked>(t => t.TokenId == id)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("member")]
    [InlineData("admin")]
    public async Task Nobody_ends_somebody_elses_token(string role)
    {
        var (ada, _) = await crew.PersonAsync();
        var (other, _) = await crew.PersonAsync("Other", role);
        var (script, id) = await IssueAsync(ada);

        (await other.DeleteAsync($"/api/tokens/{id}")).ShouldBeProblem(404, "not-found", "token");
        (await other.DeleteAsync($"/api/tokens/{Guid.NewGuid()}")).ShouldBeProblem(404, "not-found", "token");

        await script.ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_token_of_the_request_and_no_other()
    {
        var (ada, email) = await crew.PersonAsync();
        using var elsewhere = await crew.Anonymous.SignInAsync(email, Crew.Password);

        var ended = (await ada.DeleteAsync("/api/tokens/current")).ShouldBe(HttpStatusCode.NoContent);

        await ada.ShouldBeRefusedAsync(crew.Server, ended);
        await elsewhere.ShouldBeAcceptedAsync();
    }

    [Fact]
    public async Task An_expired_token_is_refused_by_both_modules_and_not_listed()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await KiloServer.StartAsync(configure: Somebody.With(time));
        var (ada, _) = await server.PersonAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var issued = (await ada.PostAsync("/api/tokens", new { name = "short", expiresAt = time.Now.AddMinutes(10) })).ShouldBe(HttpStatusCode.Created);
        using var script = ada.WithToken(issued.Json.Text("token"), ada.UserId);

        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        await script.ShouldBeAcceptedAsync();
        (await NamesAsync(ada)).ShouldBe(["short", "Sign-in"]);
        time.Advance(TimeSpan.FromTicks(1));

        await script.ShouldBeRefusedAsync(server, issued);
        (await NamesAsync(ada)).ShouldBe(["Sign-in"]);
    }

    [Fact]
    public async Task An_expiry_in_the_past_is_refused()
    {
        var (ada, _) = await crew.PersonAsync();

        (await ada.PostAsync("/api/tokens", new { name = "late", expiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) })).ShouldBeProblem(400, "invalid-expiry", "future");

        (await NamesAsync(ada)).ShouldBe(["Sign-in"]);
    }

    [Theory]
    [InlineData("{\"name\":\"\"}", "invalid-name")]
    [InlineData("{\"name\":\"  \"}", "invalid-name")]
    [InlineData("{\"name\":\"a\\nb\"}", "invalid-name")]
    [InlineData("{}", "bad-request")]
    [InlineData("{\"name\":null}", "bad-request")]
    [InlineData("{\"name\":5}", "bad-request")]
    [InlineData("{\"name\":\"x\",\"expiresAt\":\"tomorrow\"}", "bad-request")]
    [InlineData("{\"name\":\"x\",\"scope\":\"all\"}", "bad-request")]
    public async Task A_token_that_is_not_valid_is_refused(string json, string code)
    {
        var (ada, _) = await crew.PersonAsync();
        using var body = new StringContent(json, null, "application/json");

        (await ada.SendAsync(HttpMethod.Post, "/api/tokens", body)).ShouldBeProblem(400, code);

        (await NamesAsync(ada)).ShouldBe(["Sign-in"]);
    }

    [Fact]
    public async Task A_name_has_100_characters_at_most()
    {
        var (ada, _) = await crew.PersonAsync();

        (await ada.PostAsync("/api/tokens", new { name = new string('n', 100) })).ShouldBe(HttpStatusCode.Created);
        (await ada.PostAsync("/api/tokens", new { name = new string('n', 101) })).ShouldBeProblem(400, "invalid-name", "100");
    }

    [Fact]
    public async Task A_retried_request_makes_no_second_token()
    {
        var (ada, _) = await crew.PersonAsync();
        (await ada.PostAsync("/api/tokens", new { name = "one" }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);

        (await ada.PostAsync("/api/tokens", new { name = "one" }, ("Idempotency-Key", "k"))).ShouldBeProblem(409, "token-shown-once", "once");

        (await NamesAsync(ada)).ShouldBe(["one", "Sign-in"]);
        (await crew.Server.EventsAsync<TokenIssued>(t => t.UserId == ada.UserId && !t.IsSignIn)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_without_a_token_gets_one()
    {
        (await crew.Anonymous.PostAsync("/api/tokens", new { name = "x" })).ShouldBeProblem(401, "sign-in-needed");
        (await crew.Anonymous.GetAsync("/api/tokens")).ShouldBeProblem(401, "sign-in-needed");
        (await crew.Anonymous.DeleteAsync("/api/tokens/current")).ShouldBeProblem(401, "sign-in-needed");
    }

    [Fact]
    public async Task A_token_with_one_character_changed_is_refused()
    {
        var (ada, _) = await crew.PersonAsync();
        var token = ada.Token!;
        using var other = ada.WithToken(token[..10] + (token[10] == 'A' ? 'B' : 'A') + token[11..], ada.UserId);

        (await other.GetAsync("/api/users/me")).ShouldBeProblem(401, "token-refused");
        (await other.GetAsync("/api/documents")).ShouldBeProblem(401, "token-refused");
    }
}
