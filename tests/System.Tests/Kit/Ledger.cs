using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Kilo.Testing.Http;
using Shouldly;

namespace Kilo.SystemTests.Kit;

/// <summary>One upload. Its key is its Idempotency-Key, its note and, for a new document, the title: so it is found again among all others.</summary>
/// <param name="Key">No other upload has it.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Document">Which document gets a version; null: a new one.</param>
internal sealed record Upload(string Key, byte[] Bytes, Guid? Document = null);

/// <summary>
/// What people sent and what was acknowledged. An upload is repeated with its Idempotency-Key until it is acknowledged or its
/// sender gives up; <see cref="ShouldHoldAsync"/> then compares with what the server has.
/// </summary>
internal sealed class Ledger
{
    private sealed record Acknowledged(string Sha256, Guid? Document, int? Number);

    private readonly ConcurrentDictionary<string, Acknowledged> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _givenUp = new();

    /// <summary>How many uploads were acknowledged so far.</summary>
    public int Count => _acknowledged.Count;

    /// <summary>Sends it until it is acknowledged.</summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="upload">What is sent.</param>
    /// <param name="again">Asked after each attempt that failed; false: the sender gives up, and nobody knows whether it arrived.</param>
    public async Task SendAsync(KiloClient client, Upload upload, Func<Task<bool>> again)
    {
        while (true)
        {
            if (await TrySendAsync(client, upload) is { } answer)
            {
                var body = answer.Bytes.Length > 0 ? answer.Json : null;
                _acknowledged.TryAdd(upload.Key, new Acknowledged(Bytes.Sha256(upload.Bytes), upload.Document, upload.Document is null ? 1 : body?["number"]?.GetValue<int>()))
                    .ShouldBeTrue();
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

    private static async Task<Answer?> TrySendAsync(KiloClient client, Upload upload)
    {
        try
        {
            var answer = upload.Document is { } document
                ? await client.AddVersionAsync(document, upload.Bytes, "file.bin", new { note = upload.Key }, ("Idempotency-Key", upload.Key))
                : await client.AddAsync(upload.Bytes, "file.bin", new { title = upload.Key, note = upload.Key }, ("Idempotency-Key", upload.Key));
            return answer.Status switch
            {
                HttpStatusCode.Created or HttpStatusCode.Accepted => answer,
                HttpStatusCode.ServiceUnavailable => null,
                _ => throw new ShouldAssertException($"{upload.Key} was answered with {(int)answer.Status}: {answer.Text}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
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
        var found = new Dictionary<string, (Guid Document, int Number, string Sha256)>();
        foreach (var document in documents)
        {
            await CompareAsync(client, document, found);
        }
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

    private static async Task CompareAsync(KiloClient client, JsonNode document, Dictionary<string, (Guid, int, string)> found)
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
