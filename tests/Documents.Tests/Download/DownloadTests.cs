using System.Globalization;
using System.Net;
using Kilo.Documents.Tests.Kit;

namespace Kilo.Documents.Tests.Download;

public sealed class DownloadTests(Office office) : IClassFixture<Office>
{
    [Fact]
    public async Task The_newest_content_has_its_own_address_and_entity_tag()
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("one".Bytes());
        await ada.AddVersionAsync(id, "two".Bytes());

        var head = (await ada.GetAsync($"/api/documents/{id}/content")).ShouldBe(HttpStatusCode.OK);
        var first = (await ada.GetAsync($"/api/documents/{id}/versions/1/content")).ShouldBe(HttpStatusCode.OK);

        (head.Text, head.Header("ETag"), head.Header("Content-Length")).ShouldBe(("two", $"\"{"two".Bytes().Sha256()}\"", "3"));
        (first.Text, first.Header("ETag")).ShouldBe(("one", $"\"{"one".Bytes().Sha256()}\""));
        head.Header("Accept-Ranges").ShouldBe("bytes");
        head.Header("Last-Modified").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("text/html", "evil.html")]
    [InlineData("image/svg+xml", "evil.svg")]
    [InlineData("application/pdf", "a.pdf")]
    public async Task What_people_uploaded_never_runs_in_the_portal(string mediaType, string fileName)
    {
        using var ada = await office.MemberAsync();
        var id = (await ada.SendAsync(HttpMethod.Post, "/api/documents", RawForm.Body(RawForm.File(fileName, "<script>alert(1)</script>", mediaType)))).Id();

        var content = (await ada.GetAsync($"/api/documents/{id}/content")).ShouldBe(HttpStatusCode.OK);

        content.Header("Content-Type").ShouldBe(mediaType);
        content.Header("Content-Disposition").ShouldStartWith("attachment");
        content.Header("X-Content-Type-Options").ShouldBe("nosniff");
        content.Header("Content-Security-Policy").ShouldContain("sandbox");
        content.Header("Content-Security-Policy").ShouldContain("default-src 'none'");
        content.Header("Cache-Control").ShouldContain("private");
    }

    [Fact]
    public async Task A_head_request_says_everything_but_the_bytes()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("0123456789".Bytes(), "a.txt")}/content";

        var get = await ada.GetAsync(path);
        var head = (await ada.SendAsync(HttpMethod.Head, path, null)).ShouldBe(HttpStatusCode.OK);

        head.Bytes.ShouldBeEmpty();
        foreach (var name in new[] { "Content-Length", "Content-Type", "ETag", "Content-Disposition", "Accept-Ranges", "Last-Modified", "Content-Security-Policy" })
        {
            head.Header(name).ShouldBe(get.Header(name));
        }
        (await ada.SendAsync(HttpMethod.Head, path, null, ("Range", "bytes=0-1"))).ShouldBe(HttpStatusCode.OK).Header("Content-Length").ShouldBe("10");
    }

    [Fact]
    public async Task Known_content_is_not_sent_again()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("known".Bytes())}/content";
        var whole = await ada.GetAsync(path);
        var (etag, modified) = (whole.Header("ETag"), whole.Header("Last-Modified"));

        foreach (var known in new[] { etag, $"W/{etag}", $"\"other\", {etag}", "*" })
        {
            var answer = (await ada.GetAsync(path, ("If-None-Match", known))).ShouldBe(HttpStatusCode.NotModified);
            answer.Bytes.ShouldBeEmpty();
            answer.Header("ETag").ShouldBe(etag);
        }
        (await ada.GetAsync(path, ("If-None-Match", "\"other\""))).ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync(path, ("If-Modified-Since", modified))).ShouldBe(HttpStatusCode.NotModified);
        (await ada.GetAsync(path, ("If-Modified-Since", Earlier(modified)))).ShouldBe(HttpStatusCode.OK);
        // If-None-Match decides where both are sent.
        (await ada.GetAsync(path, ("If-None-Match", "\"other\""), ("If-Modified-Since", modified))).ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync(path, ("If-Match", etag))).ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync(path, ("If-Match", "\"other\""))).ShouldBeProblem(412, "changed");
    }

    [Theory]
    [InlineData("bytes=0-3", 0, 4)]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=3-5", 3, 3)]
    [InlineData("bytes=7-", 7, 3)]
    [InlineData("bytes=7-1000", 7, 3)]
    [InlineData("bytes=-2", 8, 2)]
    [InlineData("bytes=-1000", 0, 10)]
    [InlineData("bytes=0-", 0, 10)]
    [InlineData("bytes=9-9", 9, 1)]
    public async Task A_range_gets_just_its_bytes(string range, int from, int count)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("0123456789".Bytes());

        var part = await ada.GetAsync($"/api/documents/{id}/content", ("Range", range));

        part.ShouldBe(HttpStatusCode.PartialContent).Text.ShouldBe("0123456789".Substring(from, count));
        part.Header("Content-Range").ShouldBe($"bytes {from}-{from + count - 1}/10");
        part.Header("Content-Length").ShouldBe($"{count}");
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=a-b")]
    [InlineData("nonsense")]
    public async Task Several_ranges_and_what_is_no_range_get_the_whole(string range)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("0123456789".Bytes());

        (await ada.GetAsync($"/api/documents/{id}/content", ("Range", range))).ShouldBe(HttpStatusCode.OK).Text.ShouldBe("0123456789");
    }

    [Theory]
    [InlineData("bytes=10-", 10)]
    [InlineData("bytes=11-12", 10)]
    [InlineData("bytes=-0", 10)]
    [InlineData("bytes=0-", 0)]
    public async Task A_range_beyond_the_content_is_refused_with_its_size(string range, int size)
    {
        using var ada = await office.MemberAsync();
        var id = await ada.AddedAsync("0123456789"[..size].Bytes());
        var before = await office.EventsAsync();

        var answer = await ada.GetAsync($"/api/documents/{id}/content", ("Range", range));

        answer.ShouldBeProblem(416, "range-not-satisfiable", size.ToString(CultureInfo.InvariantCulture));
        answer.Header("Content-Range").ShouldBe($"bytes */{size}");
        (await office.EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_download_goes_on_only_where_the_content_is_still_the_same()
    {
        using var ada = await office.MemberAsync();
        var path = $"/api/documents/{await ada.AddedAsync("0123456789".Bytes())}/content";
        var whole = await ada.GetAsync(path);
        var (etag, modified) = (whole.Header("ETag"), whole.Header("Last-Modified"));

        foreach (var same in new[] { etag, modified })
        {
            (await ada.GetAsync(path, ("Range", "bytes=5-"), ("If-Range", same))).ShouldBe(HttpStatusCode.PartialContent).Text.ShouldBe("56789");
        }
        foreach (var other in new[] { "\"other\"", $"W/{etag}", Earlier(modified), "no condition at all" })
        {
            (await ada.GetAsync(path, ("Range", "bytes=5-"), ("If-Range", other))).ShouldBe(HttpStatusCode.OK).Text.ShouldBe("0123456789");
        }
    }

    [Fact]
    public async Task A_large_file_comes_back_as_it_went_whole_and_in_parts()
    {
        using var ada = await office.MemberAsync();
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        var id = await ada.AddedAsync(bytes, "large.bin");

        (await ada.DownloadAsync(id)).Sha256().ShouldBe(bytes.Sha256());
        var part = await ada.GetAsync($"/api/documents/{id}/content", ("Range", "bytes=1000000-2999999"));
        part.Bytes.Sha256().ShouldBe(bytes[1_000_000..3_000_000].Sha256());
    }

    private static string Earlier(string date) => DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).AddMinutes(-1).ToString("R", CultureInfo.InvariantCulture);
}
