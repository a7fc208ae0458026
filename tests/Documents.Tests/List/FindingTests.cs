using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.List;

public sealed class FindingTests(Office office) : IClassFixture<Office>
{
    private static async Task<IEnumerable<string>> FindAsync(KiloClient who, string query) =>
        (await who.ListAsync($"/api/documents?library=personal&{query}")).Titles().Order(StringComparer.Ordinal);

    private async Task<KiloClient> ReaderAsync(params (string Title, string Tags)[] documents)
    {
        var ada = await office.MemberAsync();
        foreach (var (title, tags) in documents)
        {
            await ada.AddedAsync("x".Bytes(), "a.txt", new { title, tags });
        }
        return ada;
    }

    [Theory]
    [InlineData("q=report", "Annual Report.pdf|Report 2025")]
    [InlineData("q=REP", "Annual Report.pdf|Report 2025")]
    [InlineData("q=annual+rep", "Annual Report.pdf")]
    [InlineData("q=rep+annual", "Annual Report.pdf")]
    [InlineData("q=202", "Budget 2026|Report 2025")]
    [InlineData("q=port", "")]
    [InlineData("q=annual+budget", "")]
    [InlineData("q=pdf", "Annual Report.pdf")]
    [InlineData("q=report.pdf", "Annual Report.pdf")]
    [InlineData("q=gr%C3%BC", "Grüße an Köln")]
    [InlineData("q=K%C3%96LN", "Grüße an Köln")]
    [InlineData("q=%F0%9F%8E%89", "Party 🎉")]
    [InlineData("q=money", "Budget 2026")]
    [InlineData("tag=money", "Budget 2026")]
    [InlineData("tag=%23Money", "Budget 2026")]
    [InlineData("q=%23money", "Budget 2026")]
    [InlineData("q=%23mon", "")]
    [InlineData("tag=mon", "")]
    [InlineData("q=%23board", "Annual Report.pdf|Budget 2026")]
    [InlineData("q=%23board+ann", "Annual Report.pdf")]
    [InlineData("q=ann&tag=board", "Annual Report.pdf")]
    [InlineData("q=%23board+%23money", "Budget 2026")]
    [InlineData("tag=top+secret", "Report 2025")]
    [InlineData("q=nothing", "")]
    [InlineData("q=", "Annual Report.pdf|Budget 2026|Grüße an Köln|Party 🎉|Report 2025")]
    public async Task Documents_are_found_by_the_beginnings_of_words_and_by_whole_tags(string query, string expected)
    {
        using var ada = await ReaderAsync(
            ("Annual Report.pdf", "board"), ("Report 2025", "top secret"), ("Budget 2026", "board,money"), ("Grüße an Köln", ""), ("Party 🎉", ""));

        (await FindAsync(ada, query)).ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_renamed_document_is_found_under_its_new_name_only()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "a.txt", new { title = "Old common", tags = "before" });

        await ada.PatchAsync($"/api/documents/{id}", new { title = "New common" });
        await ada.PatchAsync($"/api/documents/{id}", new { tags = new[] { "after" } });

        (await FindAsync(ada, "q=old")).ShouldBeEmpty();
        (await FindAsync(ada, "tag=before")).ShouldBeEmpty();
        (await FindAsync(ada, "q=before")).ShouldBeEmpty();
        (await FindAsync(ada, "q=new")).ShouldBe(["New common"]);
        (await FindAsync(ada, "q=common")).ShouldBe(["New common"]);
        (await FindAsync(ada, "tag=after")).ShouldBe(["New common"]);
    }

    [Fact]
    public async Task A_document_with_several_matching_words_is_found_once()
    {
        using var ada = await ReaderAsync(("Test testing tested tests", "test,tester"));

        (await FindAsync(ada, "q=test")).ShouldBe(["Test testing tested tests"]);
        (await FindAsync(ada, "q=test&limit=1")).ShouldBe(["Test testing tested tests"]);
    }

    [Fact]
    public async Task A_search_stays_in_its_folder_and_in_its_library()
    {
        using var ada = await office.MemberAsync();
        var word = $"w{Guid.NewGuid():N}";
        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = $"{word} top" });
        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = $"{word} inner", folder = "in" });
        await ada.AddedAsync("x".Bytes(), "a.txt", new { title = $"{word} ours", folder = "in", library = "shared" });

        (await ada.ListAsync($"/api/documents?q={word}")).Count.ShouldBe(3);
        (await ada.ListAsync($"/api/documents?q={word}&folder=in")).Titles().ShouldBe([$"{word} inner", $"{word} ours"]);
        (await ada.ListAsync($"/api/documents?q={word}&library=shared")).Titles().ShouldBe([$"{word} ours"]);
        using var bob = await office.MemberAsync("Bob");
        (await bob.ListAsync($"/api/documents?q={word}")).Titles().ShouldBe([$"{word} ours"]);
    }

    [Fact]
    public async Task What_is_in_the_trash_is_found_in_the_trash_only()
    {
        using var ada = await ReaderAsync(("Trashed letter", "gone"), ("Living letter", ""));
        var id = (await ada.ListAsync("/api/documents?tag=gone")).Single()["id"]!.GetValue<Guid>();

        await ada.DeleteAsync($"/api/documents/{id}");

        (await FindAsync(ada, "q=letter")).ShouldBe(["Living letter"]);
        (await FindAsync(ada, "q=letter&trashed=true")).ShouldBe(["Trashed letter"]);
        (await FindAsync(ada, "tag=gone&trashed=true")).ShouldBe(["Trashed letter"]);
        (await FindAsync(ada, "q=living&trashed=true")).ShouldBeEmpty();

        await ada.PostAsync($"/api/documents/{id}/restore");

        (await FindAsync(ada, "q=letter")).ShouldBe(["Living letter", "Trashed letter"]);
        (await FindAsync(ada, "q=letter&trashed=true")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_purged_document_is_found_nowhere()
    {
        using var ada = await ReaderAsync(("Burnt letter", "ash"));
        var id = (await ada.ListAsync("/api/documents?tag=ash")).Single()["id"]!.GetValue<Guid>();

        await ada.DeleteAsync($"/api/documents/{id}?purge=true");

        (await FindAsync(ada, "q=burnt")).ShouldBeEmpty();
        (await FindAsync(ada, "tag=ash")).ShouldBeEmpty();
        (await FindAsync(ada, "q=burnt&trashed=true")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_word_above_40_characters_is_found_by_all_of_it()
    {
        var word = new string('a', 60);
        using var ada = await ReaderAsync((word, ""));

        (await FindAsync(ada, "q=" + word)).ShouldBe([word]);
    }
}
