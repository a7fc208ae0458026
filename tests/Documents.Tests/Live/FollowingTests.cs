using System.Text.Json.Nodes;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Live;

public sealed class FollowingTests(Office office) : IClassFixture<Office>
{
    private static async Task<JsonNode> NextOfAsync(Follower follower, Guid document)
    {
        while (true)
        {
            var change = await follower.NextAsync();
            if (change["document"]!.GetValue<Guid>() == document)
            {
                return change;
            }
        }
    }

    [Fact]
    public async Task Who_follows_hears_of_everything_that_happens_to_a_document_in_order()
    {
        using var ada = await office.MemberAsync();
        await using var follower = await Follower.StartAsync(ada);
        follower.First.ShouldBe("ready");

        var id = await ada.AddedAsync("one".Bytes(), "a.txt", new { title = "Plan", folder = "x" });
        await ada.AddVersionAsync(id, "two".Bytes());
        await ada.PatchAsync($"/api/documents/{id}", new { title = "Plan B" });
        await ada.PostAsync($"/api/documents/{id}/versions/1/restore");
        await ada.DeleteAsync($"/api/documents/{id}");
        await ada.PostAsync($"/api/documents/{id}/restore");
        await ada.DeleteAsync($"/api/documents/{id}?purge=true");

        var heard = new List<JsonNode>();
        while (heard.Count == 0 || heard[^1].Text("action") != "purged")
        {
            heard.Add(await NextOfAsync(follower, id));
        }
        heard.Select(c => c.Text("action")).ShouldBe(["added", "version-added", "changed", "version-restored", "trashed", "restored", "purged"]);
        heard.ShouldAllBe(c => c["by"]!["id"]!.GetValue<Guid>() == ada.UserId && c.Text("library") == ada.UserId.ToString());
    }

    [Fact]
    public async Task What_is_told_can_be_read()
    {
        using var ada = await office.MemberAsync();
        await using var follower = await Follower.StartAsync(ada);

        for (var i = 0; i < 20; i++)
        {
            var added = await ada.AddAsync($"{i}".Bytes(), "a.txt", null, ("Prefer", "respond-async"));
            var change = await follower.NextAsync();
            (await ada.GetAsync($"/api/documents/{change.Text("document")}")).ShouldBe(System.Net.HttpStatusCode.OK);
            added.Header("Location").ShouldEndWith(change.Text("document"));
        }
    }

    [Fact]
    public async Task A_change_names_the_version_that_came_to_be()
    {
        using var ada = await office.MemberAsync();
        await using var follower = await Follower.StartAsync(ada);

        var id = await ada.AddedAsync("one".Bytes());
        (await NextOfAsync(follower, id))["version"]!.GetValue<int>().ShouldBe(1);
        await ada.AddVersionAsync(id, "two".Bytes());
        (await NextOfAsync(follower, id))["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_that_changed_nothing_is_not_told()
    {
        using var ada = await office.MemberAsync();
        await using var follower = await Follower.StartAsync(ada);

        var id = await ada.AddedAsync("same".Bytes());
        await ada.AddVersionAsync(id, "same".Bytes());
        await ada.AddVersionAsync(id, "other".Bytes());

        (await NextOfAsync(follower, id)).Text("action").ShouldBe("added");
        (await NextOfAsync(follower, id))["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Other_peoples_libraries_are_not_told_and_the_shared_one_is()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync();
        await using var follower = await Follower.StartAsync(bob);

        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = "secret" });
        var shared = await ada.AddedAsync("x".Bytes(), "a.txt", new { title = "for all", library = "shared" });

        var first = await follower.NextAsync();
        while (first.Text("library") == "shared" && first["document"]!.GetValue<Guid>() != shared)
        {
            first = await follower.NextAsync();
        }
        first["document"]!.GetValue<Guid>().ShouldBe(shared);
        (await bob.GetAsync("/api/activity?limit=1000")).Text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed_once()
    {
        using var ada = await office.MemberAsync();
        string lastId;
        await using (var follower = await Follower.StartAsync(ada))
        {
            var seen = await ada.AddedAsync("seen".Bytes());
            (await follower.NextAsync())["document"]!.GetValue<Guid>().ShouldBe(seen);
            lastId = follower.LastId;
        }
        var missed = new[] { await ada.AddedAsync("1".Bytes()), await ada.AddedAsync("2".Bytes()), await ada.AddedAsync("3".Bytes()) };

        await using var back = await Follower.StartAsync(ada, lastId);
        back.First.ShouldBe("ready");
        var heard = new HashSet<Guid>();
        for (var i = 0; i < missed.Length; i++)
        {
            heard.Add((await back.NextAsync())["document"]!.GetValue<Guid>()).ShouldBeTrue();
        }
        heard.ShouldBe(missed, ignoreOrder: true);
        var next = await ada.AddedAsync("4".Bytes());
        (await back.NextAsync())["document"]!.GetValue<Guid>().ShouldBe(next);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0000/1,2,3,4")]
    [InlineData("/")]
    public async Task Who_comes_back_with_a_place_that_is_not_known_is_told_to_read_everything_again(string lastId)
    {
        using var ada = await office.MemberAsync();

        await using var follower = await Follower.StartAsync(ada, lastId);

        follower.First.ShouldBe("reset");
        var id = await ada.AddedAsync("x".Bytes());
        (await NextOfAsync(follower, id)).Text("action").ShouldBe("added");
    }

    [Fact]
    public async Task Who_was_away_for_too_many_changes_is_told_to_read_everything_again()
    {
        await using var server = await KiloServer.StartAsync();
        string lastId;
        await using (var follower = await Follower.StartAsync(server.Admin))
        {
            lastId = follower.LastId;
        }
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_001), async (i, _) => await server.Admin.AddedAsync($"{i}".Bytes()));

        (await Follower.StartAsync(server.Admin, lastId)).First.ShouldBe("reset");
        (await server.Admin.ListAsync("/api/activity?limit=1000")).Count.ShouldBe(1_000);
    }

    [Fact]
    public async Task A_stopping_server_ends_its_streams_at_once()
    {
        var server = await KiloServer.StartAsync();
        await using var follower = await Follower.StartAsync(server.Admin);

        var stopped = server.DisposeAsync().AsTask();

        await follower.EndedAsync();
        await Eventually.Ends("the server to stop", stopped);
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_does()
    {
        await using var server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Documents:PingInterval"] = "00:00:00.05" });
        using var ada = await server.Admin.AddMemberAsync("Ada");
        await using var follower = await Follower.StartAsync(ada);
        await ada.DeleteAsync("/api/tokens/current");

        await follower.EndedAsync();
    }

    [Fact]
    public async Task Activity_lists_the_newest_changes_first()
    {
        using var ada = await office.MemberAsync();
        var one = await ada.AddedAsync("1".Bytes(), "one.txt");
        var two = await ada.AddedAsync("2".Bytes(), "two.txt");
        await ada.DeleteAsync($"/api/documents/{one}");
        await Eventually.Async("the activity to tell it", async () => (await ada.ListAsync("/api/activity")).Count(c => c.Text("library") == ada.UserId.ToString()) == 3);

        var mine = (await ada.ListAsync("/api/activity")).Where(c => c.Text("library") == ada.UserId.ToString()).ToList();

        mine.Where(c => c["document"]!.GetValue<Guid>() == one).Select(c => c.Text("action")).ShouldBe(["trashed", "added"]);
        mine.Select(c => c["document"]!.GetValue<Guid>()).Distinct().ShouldBe([one, two], ignoreOrder: true);
        (await ada.GetAsync("/api/activity?limit=0")).ShouldBeProblem(400, "invalid-limit");
    }
}
