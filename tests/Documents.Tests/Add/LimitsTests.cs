using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Add;

/// <summary>What is refused is refused with the limit in the sentence, and leaves nothing: no event, no content.</summary>
public sealed class LimitsTests(Office office) : IClassFixture<Office>
{
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "title", "", "invalid-title", "empty" },
        { "title", "   ", "invalid-title", "empty" },
        { "title", new string('t', 256), "invalid-title", "255" },
        { "title", new string('t', 300), "invalid-title", "255" },
        { "title", "a\u0000b", "invalid-title", "control characters" },
        { "title", "a\nb", "invalid-title", "control characters" },
        { "title", "a\u2028b", "invalid-title", "control characters" },
        { "folder", "..", "invalid-folder", "'..'" },
        { "folder", "a/../b", "invalid-folder", "'..'" },
        { "folder", "a/./b", "invalid-folder", "'.'" },
        { "folder", "a//b", "invalid-folder", "empty" },
        { "folder", "a/%00/b", "invalid-folder", "control characters" },
        { "folder", "a\u0007b", "invalid-folder", "control characters" },
        { "folder", "a\\b", "invalid-folder", "'/'" },
        { "folder", "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u", "invalid-folder", "20" },
        { "folder", new string('f', 1_001), "invalid-folder", "1000" },
        { "tags", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", "invalid-tags", "20" },
        { "tags", new string('t', 51), "invalid-tags", "50" },
        { "tags", "a, ,b", "invalid-tags", "1 to 50" },
        { "tags", "a\tb", "invalid-tags", "control characters" },
        { "note", new string('n', 2_001), "invalid-note", "2000" },
        { "label", new string('l', 101), "invalid-label", "100" },
        { "label", "a\nb", "invalid-label", "control characters" },
        { "title", new string('t', 16 * 1024 + 1), "field-too-long", "16384" },
        { "library", "somewhere", "not-found", "library" },
        { "library", "00000000-0000-0000-0000-000000000001", "not-found", "library" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_field_beyond_its_limit_is_refused(string field, string value, string code, string named)
    {
        using var ada = await office.MemberAsync();
        var (before, bytes) = (await office.EventsAsync(), Guid.NewGuid().ToByteArray());
        using var form = KiloClient.Form(bytes, "a.txt", null);
        form.Add(new StringContent(value), field);

        (await ada.SendAsync(HttpMethod.Post, "/api/documents", form)).ShouldBeProblem(code == "not-found" ? 404 : 400, code, named);

        (await office.EventsAsync()).ShouldBe(before);
        (await office.Server.Contents.HasAsync(bytes)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("note", 2_001, "invalid-note", "2000")]
    [InlineData("label", 101, "invalid-label", "100")]
    [InlineData("basedOn", 5, "invalid-based-on", "number")]
    public async Task A_field_of_a_version_beyond_its_limit_is_refused(string field, int length, string code, string named)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("first".Bytes());
        var (before, bytes) = (await office.EventsAsync(), Guid.NewGuid().ToByteArray());
        using var form = KiloClient.Form(bytes, "a.txt", null);
        form.Add(new StringContent(new string('x', length)), field);

        (await ada.SendAsync(HttpMethod.Post, $"/api/documents/{id}/versions", form)).ShouldBeProblem(400, code, named);

        (await office.EventsAsync()).ShouldBe(before);
        (await office.Server.Contents.HasAsync(bytes)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public async Task A_version_can_only_be_based_on_a_version_that_exists(string basedOn)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("first".Bytes());
        var before = await office.EventsAsync();

        (await ada.AddVersionAsync(id, "second".Bytes(), fields: new { basedOn })).ShouldBeProblem(400, "invalid-based-on", "basedOn");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("{\"title\":\"\"}", "invalid-title")]
    [InlineData("{\"title\":\"a\\u0000b\"}", "invalid-title")]
    [InlineData("{\"folder\":\"../..\"}", "invalid-folder")]
    [InlineData("{\"folder\":\"a\\\\b\"}", "invalid-folder")]
    [InlineData("{\"tags\":[\"\"]}", "invalid-tags")]
    [InlineData("{\"tags\":[null]}", "invalid-tags")]
    [InlineData("{\"title\":\"\\ud800\"}", "bad-request")]
    [InlineData("{\"title\":1}", "bad-request")]
    [InlineData("{\"tags\":\"a\"}", "bad-request")]
    [InlineData("{\"title\":\"Fine\",\"owner\":\"me\"}", "bad-request")]
    [InlineData("{\"title\":\"Fine\"", "bad-request")]
    [InlineData("[]", "bad-request")]
    [InlineData("null", "bad-request")]
    [InlineData("", "bad-request")]
    public async Task A_change_that_is_not_valid_is_refused(string json, string code)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes(), "Name.txt");
        var before = await office.EventsAsync();
        using var body = new StringContent(json, null, "application/json");

        (await ada.SendAsync(HttpMethod.Patch, $"/api/documents/{id}", body)).ShouldBeProblem(400, code);

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Too_many_tags_and_too_long_ones_are_refused_in_a_change_too()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("x".Bytes())}";
        var before = await office.EventsAsync();

        (await ada.PatchAsync(path, new { tags = Enumerable.Range(1, 21).Select(i => $"t{i}") })).ShouldBeProblem(400, "invalid-tags", "20");
        (await ada.PatchAsync(path, new { tags = new[] { new string('t', 51) } })).ShouldBeProblem(400, "invalid-tags", "50");
        (await ada.PatchAsync(path, new { title = new string('t', 300) })).ShouldBeProblem(400, "invalid-title", "255");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_change_that_is_no_json_is_told_what_to_send()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());
        using var body = new StringContent("title=x", null, "application/x-www-form-urlencoded");

        (await ada.SendAsync(HttpMethod.Patch, $"/api/documents/{id}", body)).ShouldBeProblem(415, "unsupported-media-type", "application/json");
    }

    [Fact]
    public async Task A_json_body_above_the_limit_is_refused_with_the_limit()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());

        (await ada.PatchAsync($"/api/documents/{id}", new { title = new string('t', 1 << 20) })).ShouldBeProblem(413, "body-too-large", "1 MiB");
    }

    [Theory]
    [InlineData("limit=0", "invalid-limit", "1000")]
    [InlineData("limit=1001", "invalid-limit", "1000")]
    [InlineData("limit=-1", "invalid-limit", "1000")]
    [InlineData("limit=many", "bad-request", "parameter")]
    [InlineData("trashed=perhaps", "bad-request", "parameter")]
    public async Task A_list_with_a_parameter_that_is_not_valid_is_refused(string query, string code, string named)
    {
        using var ada = await office.MemberAsync();

        var before = await office.EventsAsync();

        (await ada.GetAsync($"/api/documents?{query}")).ShouldBeProblem(400, code, named);

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/%00/b")]
    [InlineData("%01")]
    [InlineData("a%0Ab")]
    [InlineData("%ED%A0%80")]
    public async Task A_folder_that_cannot_exist_has_nothing_in_it(string folder)
    {
        using var ada = await office.MemberAsync();
        await ada.AddedAsync("x".Bytes(), fields: new { folder = "a" });

        (await ada.ListAsync($"/api/documents?folder={folder}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_of_pages_hold_for_versions_and_timelines_too()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("x".Bytes())}";

        foreach (var list in new[] { "versions", "timeline" })
        {
            (await ada.GetAsync($"{path}/{list}?limit=0")).ShouldBeProblem(400, "invalid-limit", "1000");
            (await ada.GetAsync($"{path}/{list}?limit=1001")).ShouldBeProblem(400, "invalid-limit", "1000");
            (await ada.GetAsync($"{path}/{list}?limit=1000")).ShouldBe(System.Net.HttpStatusCode.OK);
        }
    }
}
