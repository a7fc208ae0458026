using System.Text;
using System.Text.Json.Nodes;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.People;

/// <summary>A password's hash is on the private topic, and nowhere else.</summary>
public sealed class SecretsTests(Crew crew) : IClassFixture<Crew>
{
    [Fact]
    public async Task No_password_and_no_hash_of_one_is_public()
    {
        const string Changed = "changed password 1!";
        var email = Somebody.NewEmail();
        var answers = new List<Answer> { await crew.Admin.PostAsync("/api/users", new { email, password = Crew.Password, displayName = "Ada" }) };
        using var ada = await crew.Anonymous.SignInAsync(email, Crew.Password);
        answers.Add(await crew.Server.TrySignInAsync(email));
        answers.Add(await ada.PatchAsync($"/api/users/{ada.UserId}", new { password = Changed, currentPassword = Crew.Password }));
        answers.Add(await crew.Server.TrySignInAsync(email, Changed));
        foreach (var path in new[] { "/api/users", $"/api/users/{ada.UserId}", "/api/users/me", "/api/tokens", "/api/users/count", "/api/documents" })
        {
            answers.Add(await crew.Admin.GetAsync(path));
        }

        var credentials = crew.Server.Catalogue.Topics.Single(t => t.Name == "kilo.credentials");
        credentials.Private.ShouldBeTrue();
        var hashes = (await BodiesAsync(credentials)).Select(b => JsonNode.Parse(b)!).Where(b => b.Text("userId") == ada.UserId.ToString()).Select(b => b.Text("passwordHash")).ToList();

        hashes.Count.ShouldBe(2);
        foreach (var secret in hashes.Append(Changed).Append(Crew.Password))
        {
            answers.ShouldAllBe(a => !a.Text.Contains(secret));
            (await BodiesAsync(UsersTopics.Users)).ShouldAllBe(b => !b.Contains(secret));
        }
        (await BodiesAsync(credentials)).ShouldAllBe(b => !b.Contains(Changed) && !b.Contains(Crew.Password));
        answers.ShouldAllBe(a => !a.Text.Contains("passwordHash"));
    }

    private async Task<List<string>> BodiesAsync(BuildingBlocks.Events.Topic topic) =>
        [.. (await crew.Server.Log.ReadAsync(topic, 0, 0, int.MaxValue, default)).Select(e => Encoding.UTF8.GetString(e.Event.Body.Span))];
}
