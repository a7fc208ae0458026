using System.Net;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Add;

/// <summary>Forms that are not what an upload is.</summary>
public sealed class FormTests(Office office) : IClassFixture<Office>
{
    private async Task<Answer> RefusedAsync(HttpContent body)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("x".Bytes());
        var before = await office.EventsAsync();
        var bytes = await body.ReadAsByteArrayAsync();
        using var again = new ByteArrayContent(bytes);
        again.Headers.ContentType = body.Headers.ContentType;

        var answer = await ada.SendAsync(HttpMethod.Post, "/api/documents", body);
        var version = await ada.SendAsync(HttpMethod.Post, $"/api/documents/{id}/versions", again);

        (await office.EventsAsync()).ShouldBe(before);
        version.ProblemCode.ShouldBe(answer.ProblemCode);
        return answer;
    }

    [Fact]
    public async Task A_form_without_a_file_is_refused() =>
        (await RefusedAsync(RawForm.Body(RawForm.Part("form-data; name=\"title\"", "T")))).ShouldBeProblem(400, "no-file", "'file'");

    [Fact]
    public async Task A_file_part_without_a_file_name_is_no_file() =>
        (await RefusedAsync(RawForm.Body(RawForm.Part("form-data; name=\"file\"", "bytes")))).ShouldBeProblem(400, "no-file", "file name");

    [Fact]
    public async Task An_empty_form_is_refused() => (await RefusedAsync(RawForm.Body(""))).ShouldBeProblem(400, "no-file");

    [Fact]
    public async Task Two_files_are_refused() =>
        (await RefusedAsync(RawForm.Body(RawForm.File("a.txt", "a") + RawForm.File("b.txt", "b")))).ShouldBeProblem(400, "one-file", "exactly one");

    [Fact]
    public async Task A_file_in_a_part_of_another_name_is_refused() =>
        (await RefusedAsync(RawForm.Body(RawForm.Part("form-data; name=\"upload\"; filename=\"a.txt\"", "a")))).ShouldBeProblem(400, "one-file", "'file'");

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    [InlineData("multipart/mixed; boundary=----kilo")]
    public async Task A_body_that_is_no_form_is_refused(string contentType) =>
        (await RefusedAsync(RawForm.Body(RawForm.File("a.txt", "a"), contentType))).ShouldBeProblem(415, "unsupported-media-type", "multipart/form-data");

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task A_form_without_a_boundary_is_refused(string contentType) =>
        (await RefusedAsync(RawForm.Body(RawForm.File("a.txt", "a"), contentType))).ShouldBeProblem(415, "not-multipart", "multipart/form-data");

    [Fact]
    public async Task A_boundary_of_more_than_200_characters_is_refused() =>
        (await RefusedAsync(RawForm.Body(RawForm.File("a.txt", "a"), "multipart/form-data; boundary=" + new string('b', 201)))).ShouldBeProblem(415, "not-multipart");

    [Fact]
    public async Task Another_boundary_than_the_one_in_the_body_is_refused() =>
        (await RefusedAsync(RawForm.Body(RawForm.File("a.txt", "a"), "multipart/form-data; boundary=other"))).ShouldBeProblem(400, "incomplete-body");

    [Fact]
    public async Task A_form_without_its_end_is_refused() =>
        (await RefusedAsync(RawForm.Body($"--{RawForm.Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of", ended: false)))
            .ShouldBeProblem(400, "incomplete-body", "Nothing was stored");

    [Fact]
    public async Task A_part_without_a_disposition_is_refused() =>
        (await RefusedAsync(RawForm.Body($"--{RawForm.Boundary}\r\nContent-Type: text/plain\r\n\r\nx\r\n"))).ShouldBeProblem(400, "invalid-multipart", "Content-Disposition");

    [Fact]
    public async Task More_than_32_fields_are_refused() =>
        (await RefusedAsync(RawForm.Body(string.Concat(Enumerable.Range(0, 33).Select(i => RawForm.Part($"form-data; name=\"f{i}\"", "x"))) + RawForm.File("a.txt", "a"))))
            .ShouldBeProblem(400, "too-many-fields", "32");

    [Fact]
    public async Task Fields_may_come_before_and_after_the_file()
    {
        using var ada = await office.MemberAsync();

        var answer = await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(
            RawForm.Part("form-data; name=\"title\"", "Before") + RawForm.File("a.txt", "abc") + RawForm.Part("form-data; name=\"folder\"", "After")));

        answer.ShouldBe(HttpStatusCode.Created);
        (answer.Json.Text("title"), answer.Json.Text("folder")).ShouldBe(("Before", "After"));
    }

    [Theory]
    [InlineData("text/markdown; charset=utf-8", "a.bin", "text/markdown; charset=utf-8")]
    [InlineData(null, "a.pdf", "application/pdf")]
    [InlineData("application/octet-stream", "a.png", "image/png")]
    [InlineData("no media type", "a.json", "application/json")]
    [InlineData(null, "a.unheard-of", "application/octet-stream")]
    [InlineData("text/plain; name=\"Übersicht.txt\"", "a.txt", "text/plain")]
    public async Task The_media_type_is_the_declared_one_or_that_of_the_file_name_and_downloads_so(string? declared, string fileName, string stored)
    {
        using var ada = await office.MemberAsync();

        var answer = await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(RawForm.File(fileName, "x", declared)));

        answer.ShouldBe(HttpStatusCode.Created).Json.Text("mediaType").ShouldBe(stored);
        (await ada.GetAsync($"/api/documents/{answer.Id()}/content")).ShouldBe(HttpStatusCode.OK).Header("Content-Type").ShouldBe(stored);
    }
}
