using System.Net;
using Kilo.BuildingBlocks.Views;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Tests.Kit;

namespace Kilo.Users.Tests.Tokens;

/// <summary>A token works from the moment it is handed out, wherever the views are.</summary>
public sealed class NewTokenTests : IAsyncLifetime
{
    private readonly HeldViews _views = new("users");
    private KiloServer _server = null!;

    public async Task InitializeAsync() => _server = await KiloServer.StartAsync(
        KiloServer.Impatient, services => services.Wrap<IViewStores>(_views.Over));

    public async Task DisposeAsync()
    {
        _views.LetGo();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task One_that_the_views_do_not_know_yet_is_asked_to_come_again_and_not_refused()
    {
        var (_, email) = await _server.PersonAsync();
        _views.Hold(UsersTopics.Users.Name);
        using var ada = await _server.Anonymous.SignInAsync(email, Crew.Password);

        (await ada.GetAsync("/api/users/me")).ShouldBeProblem(503, "view-behind", "Try again").Header("Retry-After").ShouldBe("1");
        _views.LetGo();

        await Eventually.Async("the token to be known", async () => (await ada.GetAsync("/api/users/me")).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_that_becomes_known_while_it_is_looked_up_is_accepted()
    {
        var (_, email) = await _server.PersonAsync();
        _views.Hold(UsersTopics.Users.Name);
        using var ada = await _server.Anonymous.SignInAsync(email, Crew.Password);
        _views.LetGoBehind("tokens");

        (await ada.GetAsync("/api/users/me")).ShouldBe(HttpStatusCode.OK);
    }
}
