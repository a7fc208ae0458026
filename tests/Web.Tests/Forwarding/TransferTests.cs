using System.Net;
using System.Net.Http.Json;
using Kilo.Documents.Contracts;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Forwarding;

public sealed class TransfersInOneProcessTests(OneProcess shared) : TransferTests(shared), IClassFixture<OneProcess>;

public sealed class TransfersBehindBffTests(BffInFront shared) : TransferTests(shared), IClassFixture<BffInFront>;

/// <summary>What goes up and comes down through a session, byte by byte; the same in both topologies.</summary>
public abstract class TransferTests(SharedSite shared) : IAsyncLifetime
{
    private const int MaxFileBytes = SharedSite.MaxFileBytes;

    private KiloClient _ada = null!;

    private Site Site => shared.Site;

    public async Task InitializeAsync() => _ada = await Site.BrowserAsync();

    public Task DisposeAsync()
    {
        _ada.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(1 << 20)]
    [InlineData(MaxFileBytes)]
    public async Task A_file_comes_down_as_it_went_up(int size)
    {
        var bytes = Random(size);

        var id = await _ada.AddedAsync(bytes, "Größe 1.bin", new { title = "Größe", note = "eins & zwei", folder = "2026/q4" });

        (await _ada.DownloadAsync(id)).ShouldBe(bytes);
        var document = (await _ada.GetAsync($"/api/documents/{id}")).Json;
        (document.Text("title"), document.Text("folder")).ShouldBe(("Größe", "2026/q4"));
    }

    [Fact]
    public async Task A_download_is_the_same_as_from_the_API_itself()
    {
        var id = await _ada.AddedAsync(Random(300_000), "Bericht Ä 1.pdf");
        var path = $"/api/documents/{id}/content";
        using var direct = Site.Rest.Anonymous.WithToken((await TokenAsync()).Text("token"), _ada.UserId);
        var tag = (await direct.GetAsync(path)).Header("ETag");

        foreach (var headers in new (string, string)[][]
        {
            [],
            [("Range", "bytes=1000-1999")],
            [("Range", "bytes=-5")],
            [("Range", "bytes=299999-")],
            [("Range", "bytes=300000-")],
            [("Range", "bytes=5-"), ("If-Range", tag)],
            [("Range", "bytes=5-"), ("If-Range", "\"other\"")],
            [("If-None-Match", tag)],
            [("If-None-Match", "\"other\"")],
            [("If-Match", "\"other\"")],
            [("Accept-Encoding", "gzip, br")],
        })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                var (expected, seen) = (await direct.SendAsync(method, path, null, headers), await _ada.SendAsync(method, path, null, headers));
                seen.ShouldBe(expected.Status);
                foreach (var name in new[]
                {
                    "ETag", "Content-Length", "Content-Range", "Content-Type", "Content-Disposition", "Content-Encoding", "Accept-Ranges", "Last-Modified",
                    "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options", "Vary", "Kilo-Position",
                })
                {
                    seen.Header(name).ShouldBe(expected.Header(name), $"{method} with {string.Join(", ", headers)}: {name}");
                }
                if (expected.Header("Content-Type").StartsWith("application/problem", StringComparison.Ordinal))
                {
                    (seen.Bytes.Length > 0).ShouldBe(expected.Bytes.Length > 0);
                }
                else
                {
                    seen.Bytes.ShouldBe(expected.Bytes);
                }
            }
        }
    }

    [Fact]
    public async Task Refusals_pass_unchanged()
    {
        var id = await _ada.AddedAsync("first".Bytes());

        (await _ada.GetAsync($"/api/documents/{Guid.NewGuid()}")).ShouldBeProblem(404, "not-found", "document");
        (await _ada.GetAsync($"/api/documents/{id}/nothing")).ShouldBeProblem(404, "not-found");
        (await _ada.AddVersionAsync(id, "other".Bytes(), headers: ("If-Match", "\"wrong\""))).ShouldBe(HttpStatusCode.PreconditionFailed).Header("Content-Type").ShouldStartWith("application/problem+json");
        (await _ada.SendAsync(HttpMethod.Put, $"/api/documents/{id}", null)).ShouldBeProblem(405, "method-not-allowed").Header("Allow").ShouldContain("PATCH");
        (await _ada.PostAsync("/api/documents", new { })).ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await _ada.PatchAsync($"/api/documents/{id}", new { title = new string('x', 100_000) })).ShouldBe(HttpStatusCode.BadRequest);
        (await _ada.PatchAsync($"/api/documents/{id}", new { title = new string('x', 2_000_000) })).ShouldBeProblem(413, "body-too-large", "1 MiB");
        // It has no length: only who reads it learns that it is too much.
        using var chunked = JsonContent.Create(new { title = new string('x', 3_000_000) });
        (await _ada.SendAsync(HttpMethod.Patch, $"/api/documents/{id}", chunked)).ShouldBeProblem(413, "body-too-large", "1 MiB");
        (await _ada.GetAsync("/api/documents", ("Kilo-Wait-For", "nonsense"))).ShouldBeProblem(400, "invalid-position");
        (await _ada.GetAsync("/api/users")).ShouldBeProblem(403, "forbidden");
    }

    [Theory]
    [InlineData(MaxFileBytes + 1, false)]
    [InlineData(MaxFileBytes + 1, true)]
    [InlineData(MaxFileBytes + 20_000_000, false)]
    public async Task A_file_above_the_limit_is_refused_with_the_limit(int size, bool chunked)
    {
        var before = await Site.Rest.EventCountAsync(DocumentsTopics.Documents);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/documents") { Content = KiloClient.Form(new byte[size], "big.bin", null) };
        request.Headers.TransferEncodingChunked = chunked ? true : null;

        using var response = await _ada.Http.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge, text);
        text.ShouldContain("file-too-large");
        text.ShouldContain("4000000");
        (await Site.Rest.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(before);
    }

    [Fact]
    public async Task A_position_comes_back_and_is_waited_for()
    {
        var added = (await _ada.AddAsync("one".Bytes(), "one.txt", null, ("Prefer", "respond-async"))).ShouldBe(HttpStatusCode.Accepted);

        added.Header("Location").ShouldStartWith("/api/documents/");
        var position = added.Header("Kilo-Position");
        position.ShouldNotBeEmpty();
        var list = (await _ada.GetAsync("/api/documents", ("Kilo-Wait-For", position))).ShouldBe(HttpStatusCode.OK);
        list.Json["items"]!.AsArray().Count.ShouldBe(1);
        list.Header("Kilo-Position").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_retry_with_the_same_key_is_the_same_document()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _ada.AddAsync("same".Bytes(), "same.txt", null, ("Idempotency-Key", "key-1"))));

        answers.Select(a => a.ShouldBe(HttpStatusCode.Created).Id()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_person_signed_in_twice_has_one_idempotency_key()
    {
        var token = await TokenAsync();
        using var script = Site.Anonymous.WithToken(token.Text("token"), _ada.UserId);

        var first = await _ada.AddAsync("same".Bytes(), "same.txt", null, ("Idempotency-Key", "key-2"));
        var second = await script.AddAsync("same".Bytes(), "same.txt", null, ("Idempotency-Key", "key-2"));

        second.Id().ShouldBe(first.Id());
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public async Task A_body_that_ends_in_the_middle_stores_nothing_and_is_the_senders_fault(int announced)
    {
        var before = await Site.Rest.EventCountAsync(DocumentsTopics.Documents);
        using (var wire = await HalfAsync(announced))
        {
            wire.EndSending();

            // Kestrel takes a half-closed connection for one that is gone, and mostly says nothing more.
            var answer = await wire.ToEndAsync();
            (answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal)).ShouldBeTrue(answer);
        }
        await NothingIsStoredAsync(before);
    }

    [Fact]
    public async Task A_body_that_is_broken_in_the_middle_stores_nothing_and_is_the_senders_fault()
    {
        var before = await Site.Rest.EventCountAsync(DocumentsTopics.Documents);
        using var wire = await Wire.ToAsync(Site.Front);
        await wire.SendAsync($"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nCookie: {_ada.Cookie}\r\nKilo-CSRF: 1\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "50\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello hell\r\nno length\r\n");

        (await wire.HeadAsync()).ShouldStartWith("HTTP/1.1 400 ");

        await NothingIsStoredAsync(before);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public async Task A_browser_that_goes_away_in_the_middle_stores_nothing(int announced)
    {
        var before = await Site.Rest.EventCountAsync(DocumentsTopics.Documents);
        (await HalfAsync(announced)).Reset();

        await NothingIsStoredAsync(before);
    }

    [Theory]
    [InlineData(false, 401)]
    [InlineData(true, 413)]
    public async Task Fifty_megabytes_that_are_not_wanted_are_refused_before_they_are_sent(bool signedIn, int status)
    {
        using var wire = await Wire.ToAsync(Site.Front);
        var cookie = signedIn ? $"Cookie: {_ada.Cookie}\r\n" : "";

        await wire.SendAsync($"POST /api/documents HTTP/1.1\r\nHost: localhost\r\n{cookie}Kilo-CSRF: 1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000\r\nExpect: 100-continue\r\n\r\n");

        (await wire.HeadAsync()).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Fact]
    public async Task A_browser_that_asks_first_is_told_to_go_on()
    {
        const string Body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n";
        using var wire = await Wire.ToAsync(Site.Front);
        await wire.SendAsync($"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nCookie: {_ada.Cookie}\r\nKilo-CSRF: 1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {Body.Length}\r\nExpect: 100-continue\r\n\r\n");

        (await wire.HeadAsync()).ShouldStartWith("HTTP/1.1 100 ");
        await wire.SendAsync(Body);

        (await wire.HeadAsync()).ShouldStartWith("HTTP/1.1 201 ");
    }

    [Fact]
    public async Task A_file_of_unknown_length_goes_up()
    {
        var bytes = Random(2_500_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/documents") { Content = KiloClient.Form(bytes, "chunked.bin", null) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _ada.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        (await _ada.DownloadAsync((await _ada.ListAsync("/api/documents")).ShouldHaveSingleItem()["id"]!.GetValue<Guid>())).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_file_goes_up_in_pieces()
    {
        (string, string) version = ("Tus-Resumable", "1.0.0");
        var created = (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, version, ("Upload-Length", "6"), ("Upload-Metadata", "filename YS50eHQ="))).ShouldBe(HttpStatusCode.Created);
        var upload = created.Header("Location");
        upload.ShouldStartWith("/api/uploads/");

        (await SendAsync("abc", 0)).Header("Upload-Offset").ShouldBe("3");
        (await _ada.SendAsync(HttpMethod.Head, upload, null, version)).ShouldBe(HttpStatusCode.OK).Header("Upload-Offset").ShouldBe("3");
        var last = await SendAsync("def", 3);

        last.Header("Kilo-Version").ShouldBe("1");
        (await _ada.GetAsync("/api/documents", ("Kilo-Wait-For", last.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK);
        (await _ada.DownloadAsync(Guid.Parse(last.Header("Kilo-Document")))).ShouldBe("abcdef".Bytes());

        async Task<Answer> SendAsync(string piece, int offset)
        {
            using var body = new ByteArrayContent(piece.Bytes());
            body.Headers.ContentType = new("application/offset+octet-stream");
            return (await _ada.SendAsync(HttpMethod.Patch, upload, body, version, ("Upload-Offset", $"{offset}"))).ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task What_happens_is_told_as_it_happens()
    {
        using var wire = await Wire.ToAsync(Site.Front);
        await wire.SendAsync($"GET /api/live HTTP/1.1\r\nHost: localhost\r\nCookie: {_ada.Cookie}\r\nAccept: text/event-stream\r\n\r\n");
        (await wire.HeadAsync()).ShouldContain("text/event-stream");
        await wire.UntilAsync("event: re");

        var id = await _ada.AddedAsync("news".Bytes(), "news.txt");

        await wire.UntilAsync("event: change\n");
        (await wire.UntilAsync("\n\n")).ShouldContain(id.ToString());
    }

    private async Task<Wire> HalfAsync(int announced)
    {
        var wire = await Wire.ToAsync(Site.Front);
        await wire.SendAsync($"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nCookie: {_ada.Cookie}\r\nKilo-CSRF: 1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {announced}\r\n\r\n"
            + $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{new string('h', 5_000)}");
        return wire;
    }

    private async Task NothingIsStoredAsync(long events)
    {
        // A request on another connection is answered after it: nobody took harm.
        await _ada.AddedAsync("whole".Bytes(), "whole.txt");
        (await _ada.ListAsync("/api/documents")).ShouldHaveSingleItem().Text("title").ShouldBe("whole.txt");
        (await Site.Rest.EventCountAsync(DocumentsTopics.Documents)).ShouldBe(events + 1);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> TokenAsync() => (await _ada.PostAsync("/api/tokens", new { name = "script" })).ShouldBe(HttpStatusCode.Created).Json;

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
