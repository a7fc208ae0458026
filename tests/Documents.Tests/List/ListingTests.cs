using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.List;

public sealed class ListingTests(Office office) : IClassFixture<Office>
{
    private static async Task AddAsync(KiloClient who, params (string Folder, string Title)[] documents)
    {
        foreach (var (folder, title) in documents)
        {
            await who.AddedAsync("x".Bytes(), "a.txt", new { folder, title });
        }
    }

    [Fact]
    public async Task Documents_are_listed_by_folder_and_then_by_title_without_regard_to_case()
    {
        using var ada = await office.MemberAsync();
        await AddAsync(ada, ("b", "Zoo"), ("", "beta"), ("a/b", "Inner"), ("a", "Two"), ("", "Alpha"), ("a b", "Blank"), ("a", "one"), ("", "été"));

        (await ada.ListAsync("/api/documents?library=personal")).Select(d => $"{d.Text("folder")}|{d.Text("title")}")
            .ShouldBe(["|Alpha", "|beta", "|été", "a|one", "a|Two", "a b|Blank", "a/b|Inner", "b|Zoo"]);
    }

    [Fact]
    public async Task A_folder_lists_its_own_documents_only()
    {
        using var ada = await office.MemberAsync();
        await AddAsync(ada, ("", "top"), ("a", "in a"), ("a/b", "in a/b"), ("ab", "in ab"));

        (await ada.ListAsync("/api/documents?library=personal&folder=a")).Titles().ShouldBe(["in a"]);
        (await ada.ListAsync("/api/documents?library=personal&folder=/a/")).Titles().ShouldBe(["in a"]);
        (await ada.ListAsync("/api/documents?library=personal&folder=a/b")).Titles().ShouldBe(["in a/b"]);
        (await ada.ListAsync("/api/documents?library=personal&folder=")).Titles().ShouldBe(["top"]);
        (await ada.ListAsync("/api/documents?library=personal&folder=c")).ShouldBeEmpty();
        (await ada.ListAsync("/api/documents?library=personal")).Titles().ShouldBe(["top", "in a", "in a/b", "in ab"]);
    }

    [Fact]
    public async Task A_moved_document_is_listed_in_its_new_place_only()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "from", title = "Moved" });

        await ada.PatchAsync($"/api/documents/{id}", new { folder = "to" });

        (await ada.ListAsync("/api/documents?library=personal&folder=from")).ShouldBeEmpty();
        (await ada.ListAsync("/api/documents?library=personal&folder=to")).Titles().ShouldBe(["Moved"]);
        (await ada.ListAsync("/api/documents?library=personal")).Titles().ShouldBe(["Moved"]);
    }

    [Fact]
    public async Task Documents_of_the_same_name_are_all_listed()
    {
        using var ada = await office.MemberAsync();
        await AddAsync(ada, ("", "same"), ("", "same"), ("", "Same"));

        (await ada.ListAsync("/api/documents?library=personal")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Without_a_library_the_personal_and_the_shared_one_are_listed()
    {
        using var ada = await office.MemberAsync();
        var mark = Guid.NewGuid().ToString("N");
        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = $"{mark} mine" });
        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = $"{mark} ours", library = "shared" });

        (await ada.ListAsync("/api/documents")).Titles().Where(t => t.StartsWith(mark, StringComparison.Ordinal)).ShouldBe([$"{mark} mine", $"{mark} ours"]);
        (await ada.ListAsync("/api/documents?library=personal")).Titles().ShouldBe([$"{mark} mine"]);
        (await ada.ListAsync($"/api/documents?library={ada.UserId}")).Titles().ShouldBe([$"{mark} mine"]);
        (await ada.ListAsync("/api/documents?library=shared")).Titles().ShouldContain($"{mark} ours");
        (await ada.ListAsync("/api/documents?library=shared")).Titles().ShouldNotContain($"{mark} mine");
    }

    [Fact]
    public async Task A_library_that_is_not_the_callers_is_not_found()
    {
        using var ada = await office.MemberAsync();

        (await ada.GetAsync($"/api/documents?library={Guid.NewGuid()}")).ShouldBeProblem(404, "not-found", "library");
    }
}
