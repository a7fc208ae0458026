using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;
using Kilo.Testing.Projections;
using Kilo.Users.Contracts;

namespace Kilo.Documents.Tests.Projections;

/// <summary>
/// DocumentProjection and PeopleProjection: whatever the views answered, they answer after a fold from 0 and after a second delivery.
/// </summary>
public sealed class DocumentProjectionTests : IAsyncLifetime
{
    private readonly List<KiloClient> _people = [];
    private readonly List<string> _paths =
    [
        "/api/documents?limit=1000", "/api/documents?trashed=true", "/api/documents?library=shared", "/api/documents?q=doc", "/api/documents?tag=t1",
        "/api/documents?folder=f", "/api/documents?q=renamed", "/api/documents/count", "/api/folders", "/api/folders?library=shared",
    ];

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
        var position = await LiveAsync(first);
        var before = await Replay.AnswersAsync(first, _people, _paths, position);

        await using var second = await Replay.From0Async(first, Replay.As(reading));

        (await Replay.AnswersAsync(second, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
        await ContentsComeBackAsync(second);
    }

    [Theory]
    [InlineData(Reading.InBatches)]
    [InlineData(Reading.OneByOne)]
    public async Task Delivered_twice_nothing_changes(Reading reading)
    {
        await using var first = await KiloServer.StartAsync();
        var position = await LiveAsync(first);
        var before = await Replay.AnswersAsync(first, _people, _paths, position);

        await using var second = await Replay.AgainAsync(
            first, Replay.As(reading), ("documents", DocumentsTopics.Documents), ("documents", UsersTopics.Users));

        (await Replay.AnswersAsync(second, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
        (await Replay.AnswersAsync(first, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
        await ContentsComeBackAsync(second);
    }

    [Fact]
    public async Task Delivered_in_another_order_of_documents_nothing_changes()
    {
        await using var first = await KiloServer.StartAsync();
        var position = await LiveAsync(first);
        var before = await Replay.AnswersAsync(first, _people, _paths, position, withTags: false);

        await using var second = await Replay.From0Async(first, log => new KeyAfterKey(log, DocumentsTopics.Documents));

        (await Replay.AnswersAsync(second, _people, _paths, position, withTags: false)).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Folded_from_a_compacted_topic_the_people_are_the_same()
    {
        await using var first = await KiloServer.StartAsync();
        var position = await LiveAsync(first);
        var before = await Replay.AnswersAsync(first, _people, _paths, position);

        await using var second = await Replay.From0Async(first, log => new Compacted(log));

        (await Replay.AnswersAsync(second, _people, _paths, position)).ShouldBe(before, ignoreOrder: true);
    }

    private async Task ContentsComeBackAsync(KiloServer server)
    {
        using var ada = server.Anonymous.WithToken(_people[0].Token!, _people[0].UserId);
        foreach (var path in _paths.Where(p => p.EndsWith("/versions", StringComparison.Ordinal)))
        {
            var versions = await ada.GetAsync(path);
            foreach (var version in versions.Status == System.Net.HttpStatusCode.OK ? versions.Json["items"]!.AsArray() : [])
            {
                (await ada.GetAsync($"{path}/{version!.Number("number")}/content")).Bytes.Sha256().ShouldBe(version!.Text("sha256"));
            }
        }
    }

    // Everything that can happen to a document, to several at once, by several people; then the position behind all of it.
    private async Task<string> LiveAsync(KiloServer server)
    {
        var (ada, bob) = (await server.Admin.AddMemberAsync("Ada"), await server.Admin.AddMemberAsync("Bob"));
        _people.AddRange([ada, bob, server.Admin]);
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 3 == 0 ? bob : ada).AddedAsync(
            $"{i % 5}".Bytes(), $"doc {i}.txt", new { library = i % 3 == 0 ? "shared" : "personal", folder = i % 2 == 0 ? "f" : "", tags = $"t{i % 3}", note = $"n{i}" })));
        await Task.WhenAll(ids.Select(async (id, i) =>
        {
            var who = i % 3 == 0 ? bob : ada;
            await Task.WhenAll(Enumerable.Range(0, 5).Select(v => who.AddVersionAsync(id, $"{i} {v}".Bytes(), fields: new { basedOn = 1 })));
            var key = ("Idempotency-Key", $"key {i}");
            await Task.WhenAll(who.AddVersionAsync(id, $"keyed {i}".Bytes(), headers: key), who.AddVersionAsync(id, $"keyed {i}".Bytes(), headers: key));
            await who.AddVersionAsync(id, $"keyed {i}".Bytes(), fields: new { force = "true" });
            await who.PostAsync($"/api/documents/{id}/versions/2/restore");
            switch (i % 6)
            {
                case 0: await who.PatchAsync($"/api/documents/{id}", new { title = $"renamed {i}", folder = "f/g" }); break;
                case 1: await who.PatchAsync($"/api/documents/{id}", new { tags = new[] { "t1", "t9" } }); break;
                case 2: await who.DeleteAsync($"/api/documents/{id}"); break;
                case 3: await who.DeleteAsync($"/api/documents/{id}"); await who.PostAsync($"/api/documents/{id}/restore"); break;
                case 4: await who.DeleteAsync($"/api/documents/{id}?purge=true"); break;
            }
            _ = await who.AddVersionAsync(id, $"last {i}".Bytes());
        }));
        await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Countess" });
        await server.Admin.PatchAsync($"/api/users/{bob.UserId}", new { role = "admin" });
        var last = await server.Admin.PatchAsync($"/api/users/{bob.UserId}", new { role = "member", displayName = "Robert" });
        _paths.AddRange(ids.SelectMany(id => new[] { "", "/versions", "/timeline", "/versions/1", "/versions/7" }.Select(part => $"/api/documents/{id}{part}")));
        return $"{(await server.Admin.GetAsync("/api/documents/count")).Header("Kilo-Position")},{last.Header("Kilo-Position")}";
    }
}
