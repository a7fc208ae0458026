using System.Net;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;

namespace Kilo.Documents.Tests.Positions;

/// <summary>A view that does not follow in time loses nothing and refuses nobody.</summary>
public sealed class SlowViewTests : IAsyncLifetime
{
    private readonly HeldViews _views = new("documents");
    private KiloServer _server = null!;
    private KiloClient _ada = null!;

    public async Task InitializeAsync()
    {
        _server = await KiloServer.StartAsync(
            KiloServer.Impatient, services => services.Wrap<IViewStores>(_views.Over));
        _ada = await _server.Admin.AddMemberAsync("Ada");
        await Eventually.Async("Ada's token to be known", async () => (await _ada.GetAsync("/api/documents")).Status == HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        _views.LetGo();
        _ada.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_write_whose_view_is_late_is_accepted_and_shows_later()
    {
        var id = await _ada.AddedAsync("1".Bytes());
        _views.Hold(DocumentsTopics.Documents.Name);

        var added = (await _ada.AddAsync("x".Bytes())).ShouldBe(HttpStatusCode.Accepted);
        var version = (await _ada.AddVersionAsync(id, "2".Bytes())).ShouldBe(HttpStatusCode.Accepted);
        var changed = (await _ada.PatchAsync($"/api/documents/{id}", new { title = "Late" })).ShouldBe(HttpStatusCode.Accepted);
        (await _ada.GetAsync(added.Header("Location"))).ShouldBeProblem(404, "not-found");
        _views.LetGo();

        (await _ada.GetAsync($"/api/documents/{id}", ("Kilo-Wait-For", $"{version.Header("Kilo-Position")},{changed.Header("Kilo-Position")}")))
            .ShouldBe(HttpStatusCode.OK).Json.Text("title").ShouldBe("Late");
        await Eventually.Async("the accepted document", async () => (await _ada.GetAsync(added.Header("Location"))).Status == HttpStatusCode.OK);
        (await _ada.GetAsync($"/api/documents/{id}")).Json.Number("version").ShouldBe(2);
    }

    [Fact]
    public async Task A_new_token_that_a_module_does_not_know_yet_is_asked_to_come_again_and_not_refused()
    {
        _views.Hold(UsersTopics.Users.Name);
        using var bob = await _server.Admin.AddMemberAsync("Bob");

        (await bob.GetAsync("/api/documents")).ShouldBeProblem(503, "view-behind", "Try again").Header("Retry-After").ShouldBe("1");
        _views.LetGo();

        await Eventually.Async("the token to be known", async () => (await bob.GetAsync("/api/documents")).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_token_that_becomes_known_while_it_is_looked_up_is_accepted()
    {
        _views.Hold(UsersTopics.Users.Name);
        using var bob = await _server.Admin.AddMemberAsync("Bob");
        _views.LetGoBehind("tokens");

        (await bob.GetAsync("/api/documents")).ShouldBe(HttpStatusCode.OK);
    }
}
