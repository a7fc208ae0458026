using System.Net;
using System.Net.Http.Headers;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Add;

public sealed class FileNameTests(Office office) : IClassFixture<Office>
{
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b.txt")]
    [InlineData("C:\\\\Users\\\\me\\\\a.txt")]
    [InlineData("a%0D%0ASet-Cookie: x=1.txt")]
    [InlineData("a%0a.txt")]
    [InlineData("a\u0001b.txt")]
    [InlineData("a\u0085b.txt")]
    [InlineData(" ")]
    public async Task A_file_name_with_folders_or_control_characters_is_refused(string fileName)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());
        var before = await office.EventsAsync();

        (await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(RawForm.File(fileName, "x")))).ShouldBeProblem(400, "invalid-file-name", "file name");
        (await ada.SendAsync(HttpMethod.Post, $"/api/documents/{id}/versions", RawForm.Body(RawForm.File(fileName, "y")))).ShouldBeProblem(400, "invalid-file-name");

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\0")]
    public async Task A_file_name_with_a_raw_line_break_is_refused(string raw)
    {
        using var ada = await office.MemberAsync();
        var before = await office.EventsAsync();

        (await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(RawForm.File($"a{raw}X-Header: b.txt", "x")))).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_name_above_255_characters_is_refused()
    {
        using var ada = await office.MemberAsync();

        (await ada.AddAsync("x".Bytes(), new string('n', 256), new { title = "Short" })).ShouldBeProblem(400, "invalid-file-name", "255");
    }

    [Theory]
    [InlineData("She said \"yes\".txt")]
    [InlineData("Grüße aus Köln.txt")]
    [InlineData("🎉 party 日本語.txt")]
    [InlineData("semi;colon, and 'quotes' & 100%.txt")]
    [InlineData("no extension")]
    [InlineData(".hidden")]
    [InlineData("back\\\"slash-less \"\".txt")]
    public async Task A_file_downloads_under_exactly_its_name(string fileName)
    {
        using var ada = await office.MemberAsync();
        fileName = fileName.Replace("\\", "", StringComparison.Ordinal);
        // As browsers write it: UTF-8, with only the quotation mark escaped.
        var asked = RawForm.File(fileName.Replace("\"", "%22", StringComparison.Ordinal), "x");

        var added = await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(asked));
        var content = await ada.GetAsync($"/api/documents/{added.ShouldBe(HttpStatusCode.Created).Id()}/content");

        added.Json.Text("fileName").ShouldBe(fileName);
        NameOf(content.Header("Content-Disposition")).ShouldBe(fileName);
    }

    [Theory]
    [InlineData("She said \"yes\".txt")]
    [InlineData("Grüße 🎉.txt")]
    public async Task A_name_in_the_form_of_rfc_5987_is_read_too(string fileName)
    {
        using var ada = await office.MemberAsync();

        var added = await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(
            RawForm.Part($"form-data; name=\"file\"; filename=\"other.txt\"; filename*=utf-8''{Uri.EscapeDataString(fileName)}", "x")));
        var content = await ada.GetAsync($"/api/documents/{added.ShouldBe(HttpStatusCode.Created).Id()}/content");

        added.Json.Text("fileName").ShouldBe(fileName);
        NameOf(content.Header("Content-Disposition")).ShouldBe(fileName);
    }

    [Fact]
    public async Task Each_version_keeps_its_own_file_name()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("1".Bytes(), "draft.txt");
        await ada.AddVersionAsync(id, "2".Bytes(), "final.txt");

        NameOf((await ada.GetAsync($"/api/documents/{id}/versions/1/content")).Header("Content-Disposition")).ShouldBe("draft.txt");
        NameOf((await ada.GetAsync($"/api/documents/{id}/content")).Header("Content-Disposition")).ShouldBe("final.txt");
        (await ada.GetAsync($"/api/documents/{id}")).Json.Text("title").ShouldBe("draft.txt");
    }

    // RFC 6266: filename* wins; without it, filename.
    private static string NameOf(string disposition)
    {
        disposition.All(c => c is >= ' ' and <= '~').ShouldBeTrue(disposition);
        var read = ContentDispositionHeaderValue.Parse(disposition);
        read.DispositionType.ShouldBe("attachment");
        return read.FileNameStar ?? read.FileName!.Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
