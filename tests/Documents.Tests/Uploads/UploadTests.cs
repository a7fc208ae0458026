using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Uploads;

/// <summary>Uploads in pieces (tus 1.0).</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private KiloServer _server = null!;
    private KiloClient _ada = null!;
    private KiloClient _bob = null!;

    public async Task InitializeAsync()
    {
        _server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Documents:MaxFileBytes"] = "5000000" });
        _ada = await _server.Admin.AddMemberAsync("Ada");
        _bob = await _server.Admin.AddMemberAsync("Bob");
    }

    public async Task DisposeAsync()
    {
        _ada.Dispose();
        _bob.Dispose();
        await _server.DisposeAsync();
    }

    private Task<long> EventsAsync() => _server.EventCountAsync(DocumentsTopics.Documents);

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public async Task The_server_says_without_sign_in_what_it_can_do()
    {
        var answer = (await _server.Anonymous.SendAsync(HttpMethod.Options, "/api/uploads", null)).ShouldBe(HttpStatusCode.NoContent);

        answer.Header("Tus-Version").ShouldBe("1.0.0");
        answer.Header("Tus-Extension").ShouldBe("creation,creation-with-upload,expiration,checksum,termination");
        answer.Header("Tus-Max-Size").ShouldBe("5000000");
        answer.Header("Tus-Checksum-Algorithm").ShouldBe("sha1,sha256");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(1_500_000)]
    public async Task Pieces_become_a_document_and_one_fact(int length)
    {
        var (bytes, before) = (Bytes(length), await EventsAsync());
        var upload = await _ada.CreatedAsync(length, new { filename = "Bericht ü.pdf", filetype = "application/pdf", title = "Über alles", folder = "2026/q4", library = "shared", note = "a note", label = "draft", tags = "One,two" });
        Answer answer = null!;
        var offset = 0;
        foreach (var piece in bytes.Chunk(Math.Max(1, length / 3)))
        {
            (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK).Offset().ShouldBe(offset);
            answer = (await _ada.AppendAsync(upload, offset, piece)).ShouldBe(HttpStatusCode.NoContent);
            answer.Offset().ShouldBe(offset += piece.Length);
            answer.Header("Tus-Resumable").ShouldBe("1.0.0");
        }

        answer.Header("Kilo-Version").ShouldBe("1");
        answer.Header("Kilo-Position").ShouldNotBeEmpty();
        var document = (await _ada.GetAsync($"/api/documents/{answer.Document()}", ("Kilo-Wait-For", answer.Header("Kilo-Position")))).ShouldBe(HttpStatusCode.OK).Json;
        (document.Text("title"), document.Text("folder"), document.Text("library"), document.Text("fileName")).ShouldBe(("Über alles", "2026/q4", "shared", "Bericht ü.pdf"));
        (document.Text("mediaType"), document.Text("sha256"), document["size"]!.GetValue<long>()).ShouldBe(("application/pdf", bytes.Sha256(), length));
        document["tags"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["one", "two"]);
        var version = (await _ada.GetAsync($"/api/documents/{answer.Document()}/versions/1")).Json;
        (version.Text("note"), version.Text("label")).ShouldBe(("a note", "draft"));
        (await _ada.DownloadAsync(answer.Document())).SequenceEqual(bytes).ShouldBeTrue();
        (await EventsAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task Without_more_than_a_file_name_it_is_a_document_at_the_top_of_the_personal_library()
    {
        var upload = await _ada.CreatedAsync(3, new { filename = "picture.png" });
        var document = (await _ada.GetAsync($"/api/documents/{(await _ada.AppendAsync(upload, 0, "abc".Bytes())).Document()}")).Json;

        (document.Text("title"), document.Text("folder"), document.Text("library"), document.Text("mediaType")).ShouldBe(("picture.png", "", _ada.UserId.ToString(), "image/png"));
    }

    [Fact]
    public async Task An_empty_file_is_done_when_it_is_created()
    {
        var answer = (await _ada.CreateAsync(0, new { filename = "empty.txt" })).ShouldBe(HttpStatusCode.Created);

        (await _ada.DownloadAsync(answer.Document())).ShouldBeEmpty();
        (await _ada.HeadAsync(answer.Header("Location"))).Document().ShouldBe(answer.Document());
    }

    [Fact]
    public async Task The_first_piece_may_come_with_the_creation()
    {
        using var body = new ByteArrayContent("whole".Bytes());
        body.Headers.ContentType = new("application/offset+octet-stream");

        var answer = (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", body, Resumable.Tus, ("Upload-Length", "5"), ("Upload-Metadata", Resumable.Metadata(new { filename = "a.txt" })))).ShouldBe(HttpStatusCode.Created);

        answer.Offset().ShouldBe(5);
        (await _ada.DownloadAsync(answer.Document())).ShouldBe("whole".Bytes());
    }

    [Fact]
    public async Task Head_says_what_was_said_at_the_creation()
    {
        var upload = await _ada.CreatedAsync(10, new { filename = "a.txt", folder = "x" });
        await _ada.AppendAsync(upload, 0, "1234".Bytes());

        var head = (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK);

        (head.Offset(), head.Header("Upload-Length"), head.Header("Upload-Metadata")).ShouldBe((4, "10", Resumable.Metadata(new { filename = "a.txt", folder = "x" })));
        head.Header("Cache-Control").ShouldBe("no-store");
        head.Header("Kilo-Document").ShouldBeEmpty();
        DateTimeOffset.Parse(head.Header("Upload-Expires"), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(6.9), DateTimeOffset.UtcNow.AddDays(7.1));
    }

    [Fact]
    public async Task Pieces_become_a_version()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        var upload = await _ada.CreatedAsync(3, new { filename = "file.txt", document = id, basedOn = 1, note = "second", label = "final" });

        var answer = (await _ada.AppendAsync(upload, 0, "two".Bytes())).ShouldBe(HttpStatusCode.NoContent);

        (answer.Document(), answer.Header("Kilo-Version"), answer.Header("Kilo-Unchanged")).ShouldBe((id, "2", ""));
        var version = (await _ada.GetAsync($"/api/documents/{id}/versions/2")).Json;
        (version.Text("note"), version.Text("label"), version.Number("basedOn")).ShouldBe(("second", "final", 1));
        (await _ada.DownloadAsync(id)).ShouldBe("two".Bytes());
    }

    [Fact]
    public async Task Bytes_that_equal_the_newest_versions_add_none()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        var upload = await _ada.CreatedAsync(3, new { filename = "file.txt", document = id });

        var answer = (await _ada.AppendAsync(upload, 0, "one".Bytes())).ShouldBe(HttpStatusCode.NoContent);

        (answer.Document(), answer.Header("Kilo-Version"), answer.Header("Kilo-Unchanged")).ShouldBe((id, "1", "true"));
        (await _ada.ListAsync($"/api/documents/{id}/versions")).Count.ShouldBe(1);
        (await _ada.HeadAsync(upload)).Header("Kilo-Unchanged").ShouldBe("true");
    }

    [Fact]
    public async Task After_the_last_piece_every_repetition_says_the_same_and_adds_nothing()
    {
        var upload = await _ada.CreatedAsync(6);
        await _ada.AppendAsync(upload, 0, "abc".Bytes());
        var last = (await _ada.AppendAsync(upload, 3, "def".Bytes())).ShouldBe(HttpStatusCode.NoContent);
        var before = await EventsAsync();

        var head = (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK);
        var repeated = (await _ada.AppendAsync(upload, 3, "def".Bytes())).ShouldBeProblem(409, "wrong-offset", "6");
        var empty = (await _ada.AppendAsync(upload, 6, [])).ShouldBe(HttpStatusCode.NoContent);

        foreach (var answer in new[] { head, repeated, empty })
        {
            (answer.Document(), answer.Header("Kilo-Version"), answer.Offset()).ShouldBe((last.Document(), "1", 6));
        }
        (await EventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Many_last_pieces_at_once_add_one_document()
    {
        var bytes = Bytes(300_000);
        var upload = await _ada.CreatedAsync(bytes.Length);
        await _ada.AppendAsync(upload, 0, bytes[..100_000]);
        var before = await EventsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _ada.AppendAsync(upload, 100_000, bytes[100_000..])));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.NoContent || a.Status == HttpStatusCode.Conflict || a.Status == HttpStatusCode.Locked);
        var head = (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.OK);
        if (head.Offset() < bytes.Length)
        {
            head = (await _ada.AppendAsync(upload, head.Offset(), bytes[(int)head.Offset()..])).ShouldBe(HttpStatusCode.NoContent);
        }
        (await _ada.DownloadAsync(head.Document())).SequenceEqual(bytes).ShouldBeTrue();
        (await EventsAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_same_key_is_the_same_upload()
    {
        var metadata = new { filename = "a.txt" };
        var first = (await _ada.CreateAsync(6, metadata, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        await _ada.AppendAsync(first.Header("Location"), 0, "abc".Bytes());

        var again = (await _ada.CreateAsync(6, metadata, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        (again.Header("Location"), again.Offset()).ShouldBe((first.Header("Location"), 3));
        (await _ada.CreateAsync(7, metadata, ("Idempotency-Key", "k"))).ShouldBeProblem(422, "idempotency-key-reused");
        (await _ada.CreateAsync(6, new { filename = "b.txt" }, ("Idempotency-Key", "k"))).ShouldBeProblem(422, "idempotency-key-reused");
        (await _bob.CreateAsync(6, metadata, ("Idempotency-Key", "k"))).Header("Location").ShouldNotBe(first.Header("Location"));

        var last = await _ada.AppendAsync(again.Header("Location"), 3, "def".Bytes());
        var done = (await _ada.CreateAsync(6, metadata, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        (done.Document(), done.Offset()).ShouldBe((last.Document(), 6));
        (await _ada.ListAsync("/api/documents?library=personal")).Count.ShouldBe(1);
    }

    public static TheoryData<string, string, int, string, string> Refused => new()
    {
        { "filename", "", 400, "invalid-file-name", "255" },
        { "filename", "a/b.txt", 400, "invalid-file-name", "folders" },
        { "title", " ", 400, "invalid-title", "empty" },
        { "title", new string('t', 256), 400, "invalid-title", "255" },
        { "folder", "a/../b", 400, "invalid-folder", "'..'" },
        { "tags", new string('t', 51), 400, "invalid-tags", "50" },
        { "note", new string('n', 2_001), 400, "invalid-note", "2000" },
        { "label", new string('l', 101), 400, "invalid-label", "100" },
        { "library", "nobodys", 404, "not-found", "library" },
        { "document", "00000000-0000-0000-0000-000000000001", 404, "not-found", "document" },
        { "document", "not an id", 404, "not-found", "document" },
        { "basedOn", "one", 400, "invalid-based-on", "number" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_become_a_document_is_refused_at_the_creation(string key, string value, int status, string code, string named)
    {
        var metadata = $"{(key == "filename" ? "" : "filename YS50eHQ=,")}{key} {Convert.ToBase64String(value.Bytes())}";

        var answer = await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, Resumable.Tus, ("Upload-Length", "5"), ("Upload-Metadata", metadata));

        answer.ShouldBeProblem(status, code, named);
        answer.Header("Tus-Resumable").ShouldBe("1.0.0");
    }

    [Fact]
    public async Task What_cannot_become_a_version_is_refused_at_the_creation()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        (await _ada.CreateAsync(5, new { filename = "a.txt", document = id, basedOn = 2 })).ShouldBeProblem(400, "invalid-based-on", "1 to 1");
        (await _bob.CreateAsync(5, new { filename = "a.txt", document = id })).ShouldBeProblem(404, "not-found", "document");
        (await _ada.CreateAsync(5, new { filename = "a.txt", document = id }, ("If-Match", "\"other\""))).ShouldBeProblem(412, "changed");
        await _ada.DeleteAsync($"/api/documents/{id}");
        (await _ada.CreateAsync(5, new { filename = "a.txt", document = id })).ShouldBeProblem(409, "in-trash");
    }

    [Theory]
    [InlineData("5000001", "filename YS50eHQ=", 413, "file-too-large", "5000000")]
    [InlineData("-1", "filename YS50eHQ=", 400, "invalid-length", "Upload-Length")]
    [InlineData("many", "filename YS50eHQ=", 400, "invalid-length", "Upload-Length")]
    [InlineData(null, "filename YS50eHQ=", 400, "length-needed", "Upload-Length")]
    [InlineData("5", "filename !!!", 400, "invalid-metadata", "base64")]
    [InlineData("5", "filename /w==", 400, "invalid-metadata", "UTF-8")]
    [InlineData("5", "filename YS50eHQ=,filename YS50eHQ=", 400, "invalid-metadata", "twice")]
    [InlineData("5", "", 400, "invalid-file-name", "file name")]
    public async Task A_creation_that_is_not_valid_is_refused(string? length, string metadata, int status, string code, string named)
    {
        (string, string)[] headers = length is null ? [Resumable.Tus, ("Upload-Metadata", metadata)] : [Resumable.Tus, ("Upload-Metadata", metadata), ("Upload-Length", length)];

        (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, headers)).ShouldBeProblem(status, code, named);
    }

    [Fact]
    public async Task What_of_the_protocol_is_not_spoken_is_said()
    {
        (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, Resumable.Tus, ("Upload-Defer-Length", "1"))).ShouldBeProblem(400, "length-needed", "later");
        (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, Resumable.Tus, ("Upload-Concat", "partial"), ("Upload-Length", "5"))).ShouldBeProblem(400, "not-supported");
        var upload = await _ada.CreatedAsync(5);
        foreach (var version in new[] { null, "0.2.2" })
        {
            (string, string)[] headers = version is null ? [] : [("Tus-Resumable", version)];
            var refused = (await _ada.SendAsync(HttpMethod.Post, "/api/uploads", null, headers)).ShouldBeProblem(412, "tus-version", "1.0.0");
            refused.Header("Tus-Version").ShouldBe("1.0.0");
            (await _ada.SendAsync(HttpMethod.Patch, upload, null, headers)).ShouldBeProblem(412, "tus-version");
            (await _ada.SendAsync(HttpMethod.Head, upload, null, headers)).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
            (await _ada.SendAsync(HttpMethod.Delete, upload, null, headers)).ShouldBeProblem(412, "tus-version");
        }
    }

    [Fact]
    public async Task A_piece_that_is_not_valid_is_refused_and_the_upload_stays()
    {
        var upload = await _ada.CreatedAsync(5);
        await _ada.AppendAsync(upload, 0, "ab".Bytes());

        using (var text = new StringContent("cde"))
        {
            (await _ada.SendAsync(HttpMethod.Patch, upload, text, Resumable.Tus, ("Upload-Offset", "2"))).ShouldBeProblem(415, "not-a-piece", "application/offset+octet-stream");
        }
        (await _ada.AppendAsync(upload, 0, "cde".Bytes())).ShouldBeProblem(409, "wrong-offset", "2").Offset().ShouldBe(2);
        (await _ada.AppendAsync(upload, 3, "cde".Bytes())).ShouldBeProblem(409, "wrong-offset", "2").Offset().ShouldBe(2);
        (await _ada.AppendAsync(upload, -1, "cde".Bytes())).ShouldBeProblem(400, "invalid-offset");
        (await _ada.AppendAsync(upload, 2, "cdef".Bytes())).ShouldBeProblem(413, "upload-too-long", "3");

        (await _ada.DownloadAsync((await _ada.AppendAsync(upload, 2, "cde".Bytes())).Document())).ShouldBe("abcde".Bytes());
    }

    [Fact]
    public async Task A_body_without_a_length_that_goes_on_too_long_ends_the_upload()
    {
        var upload = await _ada.CreatedAsync(5);
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new StreamContent(new MemoryStream("abcdefgh".Bytes())) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", "0");
        request.Content.Headers.ContentType = new("application/offset+octet-stream");

        using var answer = await _ada.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _ada.HeadAsync(upload)).ShouldBe(HttpStatusCode.NotFound);
        (await _ada.ListAsync("/api/documents?library=personal")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_piece_with_the_wrong_checksum_is_dropped(string algorithm)
    {
        var bytes = Bytes(200_000);
        var upload = await _ada.CreatedAsync(bytes.Length);
        (await _ada.AppendAsync(upload, 0, bytes[..100_000], Sum(bytes[..100_000]))).ShouldBe(HttpStatusCode.NoContent);

        (await _ada.AppendAsync(upload, 100_000, bytes[100_000..], Sum(bytes))).ShouldBeProblem(460, "checksum-mismatch", "again");
        (await _ada.HeadAsync(upload)).Offset().ShouldBe(100_000);
        (await _ada.AppendAsync(upload, 100_000, bytes[100_000..], ("Upload-Checksum", "md5 AAAA"))).ShouldBeProblem(400, "invalid-checksum", "sha1");
        var last = (await _ada.AppendAsync(upload, 100_000, bytes[100_000..], Sum(bytes[100_000..]))).ShouldBe(HttpStatusCode.NoContent);

        (await _ada.DownloadAsync(last.Document())).SequenceEqual(bytes).ShouldBeTrue();

        (string, string) Sum(byte[] piece) =>
#pragma warning disable CA5350 // The protocol asks for it; it guards against accidents, not against people.
            ("Upload-Checksum", $"{algorithm} {Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(piece) : SHA256.HashData(piece))}");
#pragma warning restore CA5350
    }

    [Fact]
    public async Task An_upload_is_its_creators_alone()
    {
        var upload = await _ada.CreatedAsync(5, new { filename = "a.txt", library = "shared" });

        foreach (var other in new[] { _bob, _server.Admin })
        {
            (await other.HeadAsync(upload)).ShouldBe(HttpStatusCode.NotFound);
            (await other.AppendAsync(upload, 0, "abcde".Bytes())).ShouldBeProblem(404, "not-found", "upload");
            (await other.DropAsync(upload)).ShouldBeProblem(404, "not-found", "upload");
        }
        (await _ada.AppendAsync(upload, 0, "abcde".Bytes())).ShouldBe(HttpStatusCode.NoContent);
        (await _bob.HeadAsync(upload)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_upload_that_was_dropped_is_gone_and_a_document_that_it_became_stays()
    {
        var dropped = await _ada.CreatedAsync(5);
        await _ada.AppendAsync(dropped, 0, "ab".Bytes());
        (await _ada.DropAsync(dropped)).ShouldBe(HttpStatusCode.NoContent);
        (await _ada.HeadAsync(dropped)).ShouldBe(HttpStatusCode.NotFound);
        (await _ada.AppendAsync(dropped, 2, "cde".Bytes())).ShouldBeProblem(404, "not-found");
        (await _ada.DropAsync(dropped)).ShouldBeProblem(404, "not-found");

        var finished = await _ada.CreatedAsync(2);
        var document = (await _ada.AppendAsync(finished, 0, "ab".Bytes())).Document();
        (await _ada.DropAsync(finished)).ShouldBe(HttpStatusCode.NoContent);
        (await _ada.DownloadAsync(document)).ShouldBe("ab".Bytes());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_came_before_a_cut_is_kept_unless_it_has_a_checksum(bool hasChecksum)
    {
        var bytes = Bytes(400_000);
        var upload = await _ada.CreatedAsync(bytes.Length);
        long kept = 0;
        var attempt = 0;
        await Eventually.Async("a cut after the server had read something", async () =>
        {
            using (var half = await HalfAsync(upload, 0, bytes, 150_000, hasChecksum ? "Upload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n" : ""))
            {
                // What a server has not read before it learns of the cut is lost. It reads beside these.
                for (var i = 0; i < 5 * attempt; i++)
                {
                    await _ada.GetAsync("/api/documents");
                }
                half.Socket.Shutdown(SocketShutdown.Send);
                (await StatusAsync(half)).ShouldBeOneOf("400", "");
            }
            kept = (await _ada.HeadAsync(upload)).Offset();
            attempt++;
            return kept > 0 || (hasChecksum && attempt == 3);
        });

        kept.ShouldBeInRange(hasChecksum ? 0 : 1, hasChecksum ? 0 : 150_000);
        var last = (await _ada.AppendAsync(upload, kept, bytes[(int)kept..])).ShouldBe(HttpStatusCode.NoContent);
        (await _ada.DownloadAsync(last.Document())).SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_that_is_dead_but_open_does_not_lock_the_upload()
    {
        var bytes = Bytes(400_000);
        var upload = await _ada.CreatedAsync(bytes.Length);
        var (dead, head) = await InterruptedAsync(upload, bytes, () => _ada.HeadAsync(upload));
        using var end = dead;
        var kept = head.Offset();

        var last = (await _ada.AppendAsync(upload, kept, bytes[(int)kept..])).ShouldBe(HttpStatusCode.NoContent);

        (await StatusAsync(dead)).ShouldBe("423");
        (await _ada.DownloadAsync(last.Document())).SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task A_newer_piece_takes_over_and_is_told_where_to_begin()
    {
        var bytes = Bytes(400_000);
        var upload = await _ada.CreatedAsync(bytes.Length);

        var (dead, taken) = await InterruptedAsync(upload, bytes, () => _ada.AppendAsync(upload, 1, bytes));
        using var end = dead;

        taken.ShouldBeProblem(409, "wrong-offset");
        (await StatusAsync(dead)).ShouldBe("423");
    }

    [Fact]
    public async Task A_document_that_went_to_the_trash_meanwhile_takes_the_version_all_the_same()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        var upload = await _ada.CreatedAsync(3, new { filename = "file.txt", document = id });
        await _ada.DeleteAsync($"/api/documents/{id}");

        (await _ada.AppendAsync(upload, 0, "two".Bytes())).ShouldBe(HttpStatusCode.NoContent).Header("Kilo-Version").ShouldBe("2");

        (await _ada.PostAsync($"/api/documents/{id}/restore")).ShouldBe(HttpStatusCode.OK);
        (await _ada.DownloadAsync(id)).ShouldBe("two".Bytes());
    }

    [Fact]
    public async Task A_document_that_was_purged_meanwhile_is_missed_before_more_is_sent()
    {
        var id = await _ada.AddedAsync("one".Bytes());
        var upload = await _ada.CreatedAsync(6, new { filename = "file.txt", document = id });
        await _ada.AppendAsync(upload, 0, "two".Bytes());
        await _ada.DeleteAsync($"/api/documents/{id}?purge=true");

        (await _ada.AppendAsync(upload, 3, "six".Bytes())).ShouldBeProblem(404, "not-found", "document");
    }

    // A request that stays open, and the answer to a newer one that ended it. One that was ended before its first bytes were kept is sent anew.
    private async Task<(NetworkStream Dead, Answer Newer)> InterruptedAsync(string upload, byte[] bytes, Func<Task<Answer>> newer)
    {
        NetworkStream? dead = null;
        Answer answer = null!;
        await Eventually.Async("some of the bytes to be on the server", async () =>
        {
            dead?.Dispose();
            dead = await HalfAsync(upload, 0, bytes, 150_000);
            answer = await newer();
            return answer.Offset() > 0;
        });
        return (dead!, answer);
    }

    // The server reads the body, and got some of it.
    private async Task<NetworkStream> HalfAsync(string upload, long offset, byte[] bytes, int sent, string headers = "")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("localhost", _ada.Http.BaseAddress!.Port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PATCH {upload} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_ada.Token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n{headers}"
            + $"Content-Type: application/offset+octet-stream\r\nContent-Length: {bytes.Length - offset}\r\nExpect: 100-continue\r\n\r\n"));
        var reads = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await stream.ReadExactlyAsync(reads);
        Encoding.ASCII.GetString(reads).ShouldContain("100");
        await stream.WriteAsync(bytes.AsMemory((int)offset, sent));
        return stream;
    }

    // Empty when the connection ended without an answer.
    private static async Task<string> StatusAsync(NetworkStream stream)
    {
        var start = new byte[12];
        try
        {
            var read = stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false).AsTask();
            await Eventually.Ends("an answer or the end of the connection", read);
            return await read < start.Length ? "" : Encoding.ASCII.GetString(start)[9..];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
