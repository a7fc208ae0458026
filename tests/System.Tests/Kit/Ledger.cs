using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kilo.Testing.Http;
using Shouldly;

namespace Kilo.SystemTests.Kit;

/// <summary>One upload. Its key is its Idempotency-Key, its note and, for a new document, the title: so it is found again among all others.</summary>
/// <param name="Key">No other upload has it.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Document">Which document gets a version; null: a new one.</param>
/// <param name="InPieces">True: as a resumable upload, a piece after the other.</param>
/// <param name="Hurries">True: its sender does not wait for views.</param>
internal sealed record Upload(string Key, byte[] Bytes, Guid? Document = null, bool InPieces = false, bool Hurries = false);

/// <summary>
/// What people sent and what was acknowledged. An upload is repeated with its Idempotency-Key until it is acknowledged or its
/// sender gives up; <see cref="ShouldHoldAsync"/> then compares with what the server has.
/// </summary>
internal sealed class Ledger
{
    private const int PieceSize = 700_000;

    private sealed record Acknowledged(string Sha256, Guid? Document, int? Number);

    // What an answer says of it; a view that is late says less.
    private sealed record Outcome(Guid? Document, int? Number);

    private static readonly (string Name, string Value) Tus = ("Tus-Resumable", "1.0.0");

    private readonly ConcurrentDictionary<string, Acknowledged> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _givenUp = new();
    private int _refused;
    private int _broken;

    /// <summary>How many uploads were acknowledged so far.</summary>
    public int Count => _acknowledged.Count;

    /// <summary>How many attempts were refused for the moment, and how many got no answer.</summary>
    public (int Refused, int Broken) Failed => (_refused, _broken);

    /// <summary>Sends it until it is acknowledged.</summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="upload">What is sent.</param>
    /// <param name="again">Asked after each attempt that failed; false: the sender gives up, and nobody knows whether it arrived.</param>
    public Task SendAsync(KiloClient client, Upload upload, Func<Task<bool>> again) => SendAsync(() => client, upload, again);

    /// <summary>Sends it until it is acknowledged, each attempt by another way.</summary>
    public async Task SendAsync(Func<KiloClient> client, Upload upload, Func<Task<bool>> again)
    {
        while (true)
        {
            if (await TrySendAsync(client(), upload) is { } outcome)
            {
                _acknowledged.TryAdd(upload.Key, new Acknowledged(Bytes.Sha256(upload.Bytes), outcome.Document ?? upload.Document, upload.Document is null ? 1 : outcome.Number)).ShouldBeTrue();
                return;
            }
            if (!await again())
            {
                _givenUp[upload.Key] = true;
                return;
            }
        }
    }

    /// <summary>Sends it until it is acknowledged, however often that takes.</summary>
    public Task SendAsync(KiloClient client, Upload upload) => SendAsync(client, upload, () => Task.FromResult(true));

    /// <summary>Sends one that was acknowledged once more, as somebody does who lost the answer. Whoever answers, answers the same.</summary>
    public async Task RepeatAsync(KiloClient client, Upload upload)
    {
        if (await TrySendAsync(client, upload) is { } outcome)
        {
            var before = _acknowledged[upload.Key];
            (outcome.Document ?? before.Document).ShouldBe(before.Document ?? outcome.Document, $"{upload.Key} was repeated.");
            (outcome.Number ?? before.Number).ShouldBe(before.Number ?? outcome.Number, $"{upload.Key} was repeated.");
        }
    }

    private async Task<Outcome?> TrySendAsync(KiloClient client, Upload upload)
    {
        try
        {
            (string, string)[] headers = upload.Hurries ? [("Idempotency-Key", upload.Key), ("Prefer", "respond-async")] : [("Idempotency-Key", upload.Key)];
            var answer = upload.InPieces ? await SendInPiecesAsync(client, upload)
                : upload.Document is { } document
                ? await client.AddVersionAsync(document, upload.Bytes, "file.bin", new { note = upload.Key }, headers)
                : await client.AddAsync(upload.Bytes, "file.bin", new { title = upload.Key, note = upload.Key }, headers);
            switch (answer.Status)
            {
                case HttpStatusCode.Created or HttpStatusCode.Accepted when !upload.InPieces:
                    var body = answer.Bytes.Length > 0 ? answer.Json : null;
                    return new Outcome(upload.Document ?? body?["id"]?.GetValue<Guid>(), body?["number"]?.GetValue<int>());
                case HttpStatusCode.Created or HttpStatusCode.NoContent when answer.Header("Kilo-Document") is { Length: > 0 } id:
                    return new Outcome(Guid.Parse(id), int.TryParse(answer.Header("Kilo-Version"), CultureInfo.InvariantCulture, out var number) ? number : null);
                // Not now, not yet, or somebody has this very upload: an attempt of before that is not over.
                case HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.Locked:
                case HttpStatusCode.Conflict when upload.InPieces:
                    Interlocked.Increment(ref _refused);
                    return null;
                default:
                    throw new ShouldAssertException($"{upload.Key} was answered with {(int)answer.Status}: {answer.Text}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref _broken);
            return null;
        }
    }

    // The answer that says what became of it, or the one that says why it does not go on. Created again, it says how far it is.
    private static async Task<Answer> SendInPiecesAsync(KiloClient client, Upload upload)
    {
        var metadata = new Dictionary<string, string> { ["filename"] = "file.bin", ["note"] = upload.Key, [upload.Document is null ? "title" : "document"] = upload.Document?.ToString() ?? upload.Key };
        var answer = await client.SendAsync(HttpMethod.Post, "/api/uploads", null, Tus, ("Idempotency-Key", upload.Key),
            ("Upload-Length", upload.Bytes.Length.ToString(CultureInfo.InvariantCulture)),
            ("Upload-Metadata", string.Join(',', metadata.Select(m => $"{m.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(m.Value))}"))));
        var address = answer.Header("Location");
        while (answer.Status is HttpStatusCode.Created or HttpStatusCode.NoContent && answer.Header("Kilo-Document").Length == 0)
        {
            var offset = int.Parse(answer.Header("Upload-Offset"), CultureInfo.InvariantCulture);
            using var piece = new ByteArrayContent(upload.Bytes, offset, Math.Min(PieceSize, upload.Bytes.Length - offset));
            piece.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
            answer = await client.SendAsync(HttpMethod.Patch, address, piece, Tus, ("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)));
        }
        return answer;
    }

    /// <summary>
    /// Everything that was acknowledged is there once, with its bytes; versions are 1, 2, 3, … ; nothing is there that nobody sent;
    /// lists and totals agree.
    /// </summary>
    public async Task ShouldHoldAsync(KiloClient client)
    {
        var documents = await client.ListAsync("/api/documents?limit=500");
        (await client.GetAsync("/api/documents/count")).Json["count"]!.GetValue<int>().ShouldBe(documents.Count, "The public count should be that of the list.");
        documents.Select(d => d["id"]!.GetValue<Guid>()).ShouldBeUnique();
        var found = new ConcurrentDictionary<string, (Guid Document, int Number, string Sha256)>();
        await Parallel.ForEachAsync(documents, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (document, _) => await CompareAsync(client, document, found));
        _acknowledged.Keys.Where(k => !found.ContainsKey(k)).ShouldBeEmpty("Every acknowledged upload should be there.");
        found.Keys.Where(k => !_acknowledged.ContainsKey(k) && !_givenUp.ContainsKey(k)).ShouldBeEmpty("Nothing should be there that nobody sent.");
        await Parallel.ForEachAsync(_acknowledged, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (sent, _) =>
        {
            var (document, number, sha256) = found[sent.Key];
            sha256.ShouldBe(sent.Value.Sha256, sent.Key);
            (sent.Value.Document ?? document).ShouldBe(document, sent.Key);
            (sent.Value.Number ?? number).ShouldBe(number, $"{sent.Key} was acknowledged as another version.");
            Bytes.Sha256(await client.DownloadAsync(document, number)).ShouldBe(sha256, sent.Key);
        });
    }

    private static async Task CompareAsync(KiloClient client, JsonNode document, ConcurrentDictionary<string, (Guid, int, string)> found)
    {
        var (id, title) = (document["id"]!.GetValue<Guid>(), document["title"]!.GetValue<string>());
        var versions = await client.ListAsync($"/api/documents/{id}/versions?limit=500");
        versions.Select(v => v["number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(1, versions.Count).Reverse(), $"The versions of {title} should be consecutive.");
        document["version"]!.GetValue<int>().ShouldBe(versions.Count, $"The list should show the newest version of {title}.");
        document["sha256"]!.GetValue<string>().ShouldBe(versions[0]["sha256"]!.GetValue<string>());
        versions[^1]["note"]!.GetValue<string>().ShouldBe(title);
        foreach (var version in versions)
        {
            var key = version["note"]!.GetValue<string>();
            found.TryAdd(key, (id, version["number"]!.GetValue<int>(), version["sha256"]!.GetValue<string>())).ShouldBeTrue($"{key} is there twice.");
        }
        var timeline = await client.ListAsync($"/api/documents/{id}/timeline?limit=500");
        timeline.Count.ShouldBe(versions.Count, $"The timeline of {title} should have every version once.");
    }
}
