using System.Net;
using Kilo.BuildingBlocks.Log;
using Kilo.Testing.Http;
using Kilo.Testing.Projections;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Projections;

/// <summary>
/// UsersProjection and CredentialsProjection: whatever the views answered, they answer after a fold from 0 and after a second delivery.
/// </summary>
public sealed class UsersProjectionTests : IAsyncLifetime
{
    private readonly List<KiloClient> _people = [];
    private readonly List<string> _paths = ["/api/users", "/api/users/me", "/api/users/count", "/api/tokens"];
    private readonly string _changed = Somebody.NewEmail();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _people.ForEach(p => p.Dispose());
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(Reading.InBatches)]
    [InlineData(Reading.OneByOne)]
    public async Task Replayed_from_0_the_views_are_the_same(Reading reading)
    {
        await using var first = await KiloServer.StartAsync();

        await SameAfterAsync(first, () => Replay.From0Async(first, Replay.As(reading)));
    }

    [Theory]
    [InlineData(Reading.InBatches)]
    [InlineData(Reading.OneByOne)]
    public async Task Delivered_twice_nothing_changes(Reading reading)
    {
        await using var first = await KiloServer.StartAsync();
        var credentials = first.Catalogue.Topics.Single(t => t.Private && t.Owner == UsersTopics.Users.Owner);

        await SameAfterAsync(first, () => Replay.AgainAsync(first, Replay.As(reading), ("users", UsersTopics.Users), ("users", credentials)));
    }

    [Fact]
    public async Task Folded_from_compacted_topics_the_views_are_the_same()
    {
        await using var first = await KiloServer.StartAsync();

        await SameAfterAsync(first, () => Replay.From0Async(first, log => new Compacted(log)));
    }

    private async Task SameAfterAsync(KiloServer first, Func<Task<KiloServer>> start)
    {
        var position = await LiveAsync(first);
        var before = await Replay.AnswersAsync(first, _people, _paths, position);

        await using var second = await start();

        (await Replay.AnswersAsync(second, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
        (await Replay.AnswersAsync(first, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
        // The credentials' views show in who gets in.
        (await second.TrySignInAsync(_changed)).ShouldBeProblem(401, "sign-in-failed");
        (await second.TrySignInAsync(_changed, "a new password")).ShouldBe(HttpStatusCode.OK);
    }

    // Everything that can happen to people and tokens; then the position behind all of it.
    private async Task<string> LiveAsync(KiloServer server)
    {
        var (root, _) = await server.PersonAsync("Root", "admin");
        var (ada, _) = await server.PersonAsync();
        var (bob, _) = await server.PersonAsync("Bob");
        var (eve, _) = await server.PersonAsync("Eve");
        await root.PostAsync("/api/users", new { email = _changed, password = Crew.Password, displayName = "Changed" });
        using var changed = await server.Anonymous.SignInAsync(_changed, Crew.Password);
        var contested = Somebody.NewEmail();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => root.PostAsync("/api/users", new { email = contested, password = $"password {i}", displayName = $"Racer {i}" })));

        await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Countess" });
        await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Ada" });
        await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Zuse" });
        await root.PatchAsync($"/api/users/{bob.UserId}", new { role = "admin" });
        await root.PatchAsync($"/api/users/{bob.UserId}", new { role = "member" });
        await root.PatchAsync($"/api/users/{eve.UserId}", new { disabled = true });
        await changed.PatchAsync($"/api/users/{changed.UserId}", new { password = "a new password", currentPassword = Crew.Password });
        foreach (var name in new[] { "one", "two", "three" })
        {
            var issued = await bob.PostAsync("/api/tokens", new { name });
            if (name == "two")
            {
                await bob.DeleteAsync($"/api/tokens/{issued.Id()}");
            }
        }
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => bob.PostAsync("/api/tokens", new { name = "keyed" }, ("Idempotency-Key", "t"))));

        _people.AddRange([root, ada, bob, eve, changed.WithToken(changed.Token!, changed.UserId)]);
        _paths.AddRange(_people.Select(p => $"/api/users/{p.UserId}"));
        var position = (await root.GetAsync("/api/users")).Header("Kilo-Position");
        LogPosition.TryParse(position.Split(',')[0], out _).ShouldBeTrue();
        return position;
    }
}
