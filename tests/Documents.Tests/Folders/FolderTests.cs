using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Folders;

public sealed class FolderTests(Office office) : IClassFixture<Office>
{
    private static async Task<List<string>> FoldersAsync(KiloClient who, string library = "personal") =>
        [.. (await who.ListAsync($"/api/folders?library={library}")).Select(f => $"{f.Text("path")}: {f["documents"]!.GetValue<long>()}")];

    [Fact]
    public async Task Folders_are_where_documents_lie_with_their_numbers()
    {
        using var ada = await office.MemberAsync();
        foreach (var folder in new[] { "", "b", "a", "a/deep/er", "a", "a b", "ä" })
        {
            await ada.AddedAsync("x".Bytes(), "a.txt", new { folder });
        }

        (await FoldersAsync(ada)).ShouldBe([": 1", "a: 2", "a b: 1", "a/deep/er: 1", "b: 1", "ä: 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_folder_is_gone_when_its_last_document_has_moved()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "from" });

        await ada.PatchAsync($"/api/documents/{id}", new { folder = "to" });

        (await FoldersAsync(ada)).ShouldBe(["to: 1"]);
    }

    [Fact]
    public async Task Documents_in_the_trash_are_in_no_folder()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "a" });

        await ada.DeleteAsync($"/api/documents/{id}");
        (await FoldersAsync(ada)).ShouldBeEmpty();
        await ada.PostAsync($"/api/documents/{id}/restore");
        (await FoldersAsync(ada)).ShouldBe(["a: 1"]);
        await ada.DeleteAsync($"/api/documents/{id}?purge=true");
        (await FoldersAsync(ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task New_versions_and_new_titles_count_nothing()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { folder = "a" });

        await ada.AddVersionAsync(id, "y".Bytes());
        await ada.PatchAsync($"/api/documents/{id}", new { title = "other" });

        (await FoldersAsync(ada)).ShouldBe(["a: 1"]);
    }

    [Fact]
    public async Task Another_persons_folders_are_not_found()
    {
        using var ada = await office.MemberAsync();
        using var bob = await office.MemberAsync();

        (await bob.GetAsync($"/api/folders?library={ada.UserId}")).ShouldBeProblem(404, "not-found", "library");
    }
}
