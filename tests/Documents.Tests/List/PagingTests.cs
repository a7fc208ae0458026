using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.List;

public sealed class PagingTests(PagingTests.Shelf shelf) : IClassFixture<PagingTests.Shelf>
{
    private const int Documents = 250;

    /// <summary>Somebody with 250 documents, 50 of them shared.</summary>
    public sealed class Shelf : IAsyncLifetime
    {
        public KiloServer Server { get; private set; } = null!;

        public KiloClient Ada { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await KiloServer.StartAsync();
            Ada = await Server.Admin.AddMemberAsync("Ada");
            await Parallel.ForEachAsync(Enumerable.Range(0, Documents), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
                await Ada.AddedAsync("x".Bytes(), "a.txt", new { title = Title(i), folder = i % 2 == 0 ? "even" : "odd", library = i < 200 ? "personal" : "shared", tags = "every" }));
        }

        public async Task DisposeAsync()
        {
            Ada.Dispose();
            await Server.DisposeAsync();
        }
    }

    private static string Title(int i) => $"Doc {i:D3}";

    private static IEnumerable<string> Expected => Enumerable.Range(0, Documents).OrderBy(i => i >= 200).ThenBy(i => i % 2).ThenBy(i => i).Select(Title);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(125)]
    [InlineData(200)]
    [InlineData(250)]
    [InlineData(1000)]
    public async Task Pages_of_any_length_together_are_the_whole_list_in_order(int limit) =>
        (await shelf.Ada.ListAsync($"/api/documents?limit={limit}")).Titles().ShouldBe(Expected);

    [Fact]
    public async Task A_page_has_100_documents_and_says_how_to_go_on()
    {
        var first = (await shelf.Ada.GetAsync("/api/documents")).Json;
        var second = (await shelf.Ada.GetAsync($"/api/documents?cursor={first.Text("next")}")).Json;
        var third = (await shelf.Ada.GetAsync($"/api/documents?cursor={second.Text("next")}")).Json;

        new[] { first, second, third }.Select(p => p["items"]!.AsArray().Count).ShouldBe([100, 100, 50]);
        third["next"].ShouldBeNull();
    }

    [Fact]
    public async Task A_page_that_ends_where_the_list_ends_has_no_next()
    {
        (await shelf.Ada.GetAsync("/api/documents?limit=250")).Json["next"].ShouldBeNull();
        (await shelf.Ada.GetAsync("/api/documents?library=shared&limit=50")).Json["next"].ShouldBeNull();
        (await shelf.Ada.GetAsync("/api/documents?library=shared&limit=49")).Json["next"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Folders_and_searches_have_pages_too()
    {
        (await shelf.Ada.ListAsync("/api/documents?folder=odd&limit=9")).Count.ShouldBe(125);
        (await shelf.Ada.ListAsync("/api/documents?q=doc&limit=9")).Titles().Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, Documents).Select(Title));
        (await shelf.Ada.ListAsync("/api/documents?tag=every&folder=even&limit=9")).Count.ShouldBe(125);
    }

    [Fact]
    public async Task A_document_that_comes_while_somebody_pages_is_neither_lost_nor_seen_twice()
    {
        using var bob = await shelf.Server.Admin.AddMemberAsync("Bob");
        foreach (var title in new[] { "b", "d", "f" })
        {
            await bob.AddedAsync("x".Bytes(), "a.txt", new { title });
        }

        var first = (await bob.GetAsync("/api/documents?library=personal&limit=2")).Json;
        await bob.AddedAsync("x".Bytes(), "a.txt", new { title = "a" });
        await bob.AddedAsync("x".Bytes(), "a.txt", new { title = "e" });
        var second = (await bob.GetAsync($"/api/documents?library=personal&limit=2&cursor={first.Text("next")}")).Json;

        first["items"]!.AsArray().Select(i => i!.Text("title")).ShouldBe(["b", "d"]);
        second["items"]!.AsArray().Select(i => i!.Text("title")).ShouldBe(["e", "f"]);
    }

    [Theory]
    [InlineData("?folder=odd&cursor=")]
    [InlineData("?q=doc&cursor=")]
    [InlineData("?tag=every&cursor=")]
    [InlineData("?trashed=true&cursor=")]
    [InlineData("?library=personal&cursor=")]
    public async Task A_cursor_of_another_list_is_refused(string other)
    {
        var cursor = (await shelf.Ada.GetAsync("/api/documents?limit=5")).Json.Text("next");

        (await shelf.Ada.GetAsync($"/api/documents{other}{cursor}")).ShouldBeProblem(400, "invalid-cursor", "Start again");
    }

    [Fact]
    public async Task A_cursor_of_another_person_is_refused()
    {
        using var bob = await shelf.Server.Admin.AddMemberAsync("Bob");
        var cursor = (await shelf.Ada.GetAsync("/api/documents?library=shared&limit=5")).Json.Text("next");
        var before = await shelf.Server.EventCountAsync();

        (await bob.GetAsync($"/api/documents?library=shared&limit=5&cursor={cursor}")).ShouldBeProblem(400, "invalid-cursor");

        (await shelf.Server.EventCountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_cursor_of_versions_or_of_a_timeline_is_refused_elsewhere()
    {
        var id = await shelf.Ada.AddedAsync("1".Bytes(), "a.txt", new { library = "shared", folder = "zz" });
        await shelf.Ada.AddVersionAsync(id, "2".Bytes());
        try
        {
            var versions = (await shelf.Ada.GetAsync($"/api/documents/{id}/versions?limit=1")).Json.Text("next");
            var timeline = (await shelf.Ada.GetAsync($"/api/documents/{id}/timeline?limit=1")).Json.Text("next");

            (await shelf.Ada.GetAsync($"/api/documents/{id}/timeline?cursor={versions}")).ShouldBeProblem(400, "invalid-cursor");
            (await shelf.Ada.GetAsync($"/api/documents/{id}/versions?cursor={timeline}")).ShouldBeProblem(400, "invalid-cursor");
            (await shelf.Ada.GetAsync($"/api/documents?cursor={versions}")).ShouldBeProblem(400, "invalid-cursor");
        }
        finally
        {
            await shelf.Ada.DeleteAsync($"/api/documents/{id}?purge=true");
        }
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("AAAA")]
    [InlineData("%00")]
    [InlineData("****")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZg")]
    public async Task Garbage_is_no_cursor(string cursor) =>
        (await shelf.Ada.GetAsync($"/api/documents?cursor={cursor}")).ShouldBeProblem(400, "invalid-cursor");

    [Theory]
    [InlineData("x:y")]
    [InlineData("-1:y")]
    [InlineData("7:y")]
    [InlineData("no place at all")]
    public async Task A_cursor_that_somebody_made_up_for_the_right_list_is_refused(string place)
    {
        var real = System.Buffers.Text.Base64Url.DecodeFromChars((await shelf.Ada.GetAsync("/api/documents?limit=5")).Json.Text("next"));
        var made = System.Buffers.Text.Base64Url.EncodeToString([.. real[..8], .. place.Bytes()]);

        (await shelf.Ada.GetAsync($"/api/documents?cursor={made}")).ShouldBeProblem(400, "invalid-cursor");
    }

    [Fact]
    public async Task A_cursor_of_endless_length_is_refused() =>
        (await shelf.Ada.GetAsync($"/api/documents?cursor={new string('A', 5_000)}")).ShouldBeProblem(400, "invalid-cursor");
}
