using System.Net;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Register;

public sealed class RegistrationTests(Crew crew) : IClassFixture<Crew>
{
    private static object Body(string? email = null, string password = Crew.Password, string displayName = "Ada", string? role = null) =>
        role is null ? new { email = email ?? Somebody.NewEmail(), password, displayName } : new { email = email ?? Somebody.NewEmail(), password, displayName, role };

    [Fact]
    public async Task An_administrator_adds_a_member()
    {
        var (before, email) = (await crew.Server.UserCountAsync(), Somebody.NewEmail());

        var answer = (await crew.Admin.PostAsync("/api/users", Body($"  {email} ", displayName: " Ada Lovelace "))).ShouldBe(HttpStatusCode.Created);

        answer.Header("Location").ShouldBe($"/api/users/{answer.Id()}");
        (answer.Json.Text("email"), answer.Json.Text("displayName"), answer.Json.Text("role")).ShouldBe((email, "Ada Lovelace", "member"));
        answer.Json["disabled"]!.GetValue<bool>().ShouldBeFalse();
        (await crew.Admin.GetAsync(answer.Header("Location"))).Text.ShouldBe(answer.Text);
        (await crew.Server.UserCountAsync()).ShouldBe(before + 1);
        (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
        (await crew.Server.EventsAsync<UserRegistered>(e => e.User.UserId == answer.Id())).ShouldHaveSingleItem().User.Email.ShouldBe(email);
    }

    [Fact]
    public async Task An_administrator_adds_an_administrator()
    {
        var (root, _) = await crew.PersonAsync("Root", "admin");

        (await root.GetAsync("/api/users")).ShouldBe(HttpStatusCode.OK);
        (await root.PostAsync("/api/users", Body())).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_else_adds_people_where_registration_is_closed()
    {
        var (ada, _) = await crew.PersonAsync();
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);

        (await ada.PostAsync("/api/users", Body())).ShouldBeProblem(403, "forbidden", "administrator");
        (await crew.Anonymous.PostAsync("/api/users", Body())).ShouldBeProblem(401, "sign-in-needed");

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
    }

    [Fact]
    public async Task An_address_is_given_once_whatever_its_case()
    {
        var (_, email) = await crew.PersonAsync();
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);

        (await crew.Admin.PostAsync("/api/users", Body(email))).ShouldBeProblem(409, "email-taken");
        (await crew.Admin.PostAsync("/api/users", Body($" {email.ToUpperInvariant()}"))).ShouldBeProblem(409, "email-taken");

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
    }

    [Fact]
    public async Task Twenty_who_want_one_address_at_once_are_one_who_gets_it()
    {
        var (before, name) = (await crew.Server.UserCountAsync(), Guid.NewGuid().ToString("N"));
        string Email(int i) => i % 2 == 0 ? $"{name}@example.org" : $"{name.ToUpperInvariant()}@Example.ORG";

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => crew.Admin.PostAsync("/api/users", Body(Email(i), $"password {i:D2}", $"Person {i}"))));

        var winner = answers.Single(a => a.Status == HttpStatusCode.Created);
        answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(19);
        answers.Where(a => a != winner).ShouldAllBe(a => a.ProblemCode == "email-taken");
        (await crew.Server.UserCountAsync()).ShouldBe(before + 1);
        (await crew.Admin.ListAsync("/api/users")).Count(u => u.Text("email").StartsWith(name, StringComparison.OrdinalIgnoreCase)).ShouldBe(1);
        // What is left of each key on the compacted log: one who has the address, and nobody else.
        var registered = await crew.Server.EventsAsync<UserRegistered>(e => e.User.Email.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        var removed = (await crew.Server.EventsAsync<UserRemoved>()).Select(e => e.UserId).ToHashSet();
        registered.Where(e => !removed.Contains(e.User.UserId)).ShouldHaveSingleItem().User.UserId.ShouldBe(winner.Id());
        // The password is the winner's, not that of whoever came last.
        var number = int.Parse(winner.Json.Text("displayName")["Person ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        (await crew.Server.TrySignInAsync(Email(0), $"password {number:D2}")).ShouldBe(HttpStatusCode.OK);
        (await crew.Server.TrySignInAsync(Email(0), $"password {(number + 1) % 20:D2}")).ShouldBeProblem(401, "sign-in-failed");
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "email", "nobody", "invalid-email" },
        { "email", "@host", "invalid-email" },
        { "email", "name@", "invalid-email" },
        { "email", "a@b@c", "invalid-email" },
        { "email", "a b@c.d", "invalid-email" },
        { "email", "a\u0000@c.d", "invalid-email" },
        { "email", "", "invalid-email" },
        { "email", new string('a', 250) + "@b.cd", "invalid-email" },
        { "password", "1234567", "invalid-password" },
        { "password", "", "invalid-password" },
        { "password", new string('p', 201), "invalid-password" },
        { "displayName", "", "invalid-name" },
        { "displayName", "  ", "invalid-name" },
        { "displayName", "a\nb", "invalid-name" },
        { "displayName", new string('n', 101), "invalid-name" },
        { "role", "owner", "invalid-role" },
        { "role", "Admin", "invalid-role" },
        { "role", "", "invalid-role" },
    };

    private static string Limit(string code) => code switch { "invalid-email" => "254", "invalid-password" => "8 to 200", "invalid-name" => "100", _ => "'member'" };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_valid_is_refused_with_the_limit(string field, string value, string code)
    {
        var body = new Dictionary<string, string> { ["email"] = Somebody.NewEmail(), ["password"] = Crew.Password, ["displayName"] = "Ada", [field] = value };
        var before = await crew.Server.EventCountAsync(UsersTopics.Users);

        (await crew.Admin.PostAsync("/api/users", body)).ShouldBeProblem(400, code, Limit(code)).Text.ShouldNotContain(Crew.Password);

        (await crew.Server.EventCountAsync(UsersTopics.Users)).ShouldBe(before);
    }

    [Theory]
    [InlineData("{\"email\":\"a@b.c\",\"password\":\"correct horse\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":null,\"displayName\":\"A\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":12345678,\"displayName\":\"A\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":\"correct horse\",\"displayName\":\"A\",\"id\":\"1\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":\"correct horse\",\"displayName\":\"\\ud800\"}")]
    public async Task A_body_that_is_no_registration_is_refused(string json)
    {
        using var body = new StringContent(json, null, "application/json");

        (await crew.Admin.SendAsync(HttpMethod.Post, "/api/users", body)).ShouldBeProblem(400, "bad-request");
    }

    [Fact]
    public async Task Values_at_their_limits_are_accepted()
    {
        var email = Guid.NewGuid().ToString("N") + new string('a', 254 - 32 - 5) + "@b.cd";

        (await crew.Admin.PostAsync("/api/users", Body(email, new string('p', 200), new string('n', 100)))).ShouldBe(HttpStatusCode.Created);
        (await crew.Admin.PostAsync("/api/users", Body(password: "12345678", displayName: "x"))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_retried_registration_adds_nobody_and_sets_no_password()
    {
        var (before, email) = (await crew.Server.UserCountAsync(), Somebody.NewEmail());
        var first = (await crew.Admin.PostAsync("/api/users", Body(email), ("Idempotency-Key", email))).ShouldBe(HttpStatusCode.Created);

        var again = (await crew.Admin.PostAsync("/api/users", Body(email, "another password"), ("Idempotency-Key", email))).ShouldBe(HttpStatusCode.Created);

        again.Text.ShouldBe(first.Text);
        (await crew.Server.UserCountAsync()).ShouldBe(before + 1);
        (await crew.Server.TrySignInAsync(email, "another password")).ShouldBeProblem(401, "sign-in-failed");
        (await crew.Server.TrySignInAsync(email)).ShouldBe(HttpStatusCode.OK);
        (await crew.Admin.PostAsync("/api/users", Body(), ("Idempotency-Key", email))).ShouldBeProblem(422, "idempotency-key-reused", "new key");
    }

    [Fact]
    public async Task Ten_concurrent_registrations_with_one_key_are_one_user()
    {
        var (before, body, key) = (await crew.Server.UserCountAsync(), Body(), Guid.NewGuid().ToString());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => crew.Admin.PostAsync("/api/users", body, ("Idempotency-Key", key))));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created);
        answers.Select(a => a.Id()).Distinct().Count().ShouldBe(1);
        (await crew.Server.UserCountAsync()).ShouldBe(before + 1);
    }
}
