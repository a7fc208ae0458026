using System.Net;
using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;

namespace Kilo.SystemTests.Operations;

/// <summary>A portal with a history: people, tokens, documents that were versioned, changed, trashed and purged. It can be recognised elsewhere.</summary>
internal sealed class Portal
{
    private const string MemberPassword = "correct horse battery";

    private readonly Ledger _ledger = new();
    private readonly Random _random = new(Seed.Value);
    private string _member = "";
    private string _apiToken = "";
    private string _signIn = "";
    private Guid _admin;

    /// <summary>Documents that were purged.</summary>
    public List<byte[]> Purged { get; } = [];

    public Ledger Ledger => _ledger;

    /// <summary>Fills a server.</summary>
    /// <param name="kilo">With nothing in it but its administrator.</param>
    /// <param name="uploads">How many documents and versions, of up to 2 MB.</param>
    /// <param name="notes">How many documents of a few bytes: many events for few bytes.</param>
    public static async Task<Portal> FillAsync(KiloProcess kilo, int uploads = 60, int notes = 0)
    {
        var portal = new Portal();
        using var admin = await kilo.AdminAsync();
        (portal._signIn, portal._admin) = (admin.Token!, admin.UserId);
        portal._member = $"member-{Guid.NewGuid():N}@example.org";
        (await admin.PostAsync("/api/users", new { email = portal._member, password = MemberPassword, displayName = "Ada Ω", role = "member" })).ShouldBe(HttpStatusCode.Created);
        portal._apiToken = (await admin.PostAsync("/api/tokens", new { name = "script" })).ShouldBe(HttpStatusCode.Created).Json["token"]!.GetValue<string>();
        await portal.AddAsync(admin, uploads);
        foreach (var i in Enumerable.Range(0, 3))
        {
            var bytes = Bytes.Random(portal._random, 90_000);
            var id = await admin.AddedAsync(bytes, $"purged {i}.bin");
            (await admin.DeleteAsync($"/api/documents/{id}")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NoContent);
            (await admin.DeleteAsync($"/api/documents/{id}?purge=true")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NoContent);
            portal.Purged.Add(bytes);
        }
        // Of the same bytes as another: stored once. In the trash, where the ledger does not count them.
        using var member = await kilo.Anonymous.SignInAsync(portal._member, MemberPassword);
        var mine = await member.AddedAsync(Bytes.Of("shared 0"), "mine.txt");
        (await member.PatchAsync($"/api/documents/{mine}", new { title = "Mine \"Ω\" 😀", tags = new[] { "a", "b" } })).ShouldBe(HttpStatusCode.OK);
        var trashed = new List<Guid> { mine, await member.AddedAsync([], "empty.txt") };
        for (var i = 0; i < notes; i++)
        {
            trashed.Add(await member.AddedAsync(Bytes.Of($"note {i}")));
        }
        foreach (var id in trashed)
        {
            (await member.DeleteAsync($"/api/documents/{id}")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NoContent);
        }
        return portal;
    }

    /// <summary>More documents and versions; some of 2 MB.</summary>
    public async Task AddAsync(KiloClient admin, int uploads)
    {
        var shared = _ledger.Count == 0 ? await Uploader.ShareAsync(admin, _ledger, 3) : [];
        var uploader = new Uploader($"p{_ledger.Count}", _random.Next(), _ledger, shared);
        for (var i = 0; i < uploads; i++)
        {
            await _ledger.SendAsync(admin, uploader.Next(large: 50));
        }
    }

    /// <summary>Everything that can be asked, with its answer: equal for equal portals.</summary>
    public async Task<SortedDictionary<string, string>> AnswersAsync(KiloProcess kilo)
    {
        var answers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var admin = kilo.Anonymous.WithToken(_signIn, _admin);
        using var member = await kilo.Anonymous.SignInAsync(_member, MemberPassword);
        foreach (var (name, client) in new[] { ("admin", admin), ("member", member) })
        {
            foreach (var path in new[] { "/api/documents?limit=500", "/api/documents?trashed=true&limit=500", "/api/documents?q=shared", "/api/folders", "/api/users" })
            {
                var answer = await client.GetAsync(path);
                // A problem has a trace of its own.
                answers[$"{name} {path}"] = answer.Status == HttpStatusCode.OK ? answer.Text : answer.Status.ToString();
            }
            foreach (var document in await client.ListAsync("/api/documents?limit=500"))
            {
                var id = document["id"]!.GetValue<Guid>();
                foreach (var path in new[] { $"/api/documents/{id}", $"/api/documents/{id}/versions?limit=500", $"/api/documents/{id}/timeline?limit=500" })
                {
                    var answer = await client.GetAsync(path);
                    answers[$"{name} {path}"] = $"{answer.Status} {answer.Header("ETag").Split('-')[^1]} {answer.Text}";
                }
            }
        }
        answers["count"] = (await kilo.Anonymous.GetAsync("/api/documents/count")).Text;
        return answers;
    }

    /// <summary>The same people, with their passwords and tokens, the same documents, with all versions and bytes.</summary>
    public async Task ShouldBeAsync(KiloProcess kilo, SortedDictionary<string, string>? answers = null)
    {
        if (answers is not null)
        {
            var now = await AnswersAsync(kilo);
            now.Keys.ShouldBe(answers.Keys);
            foreach (var (path, answer) in answers)
            {
                now[path].ShouldBe(answer, path);
            }
        }
        using var withPassword = await kilo.AdminAsync();
        withPassword.UserId.ShouldBe(_admin);
        using var withToken = kilo.Anonymous.WithToken(_apiToken, _admin);
        (await withToken.GetAsync("/api/users/me")).ShouldBe(HttpStatusCode.OK);
        using var withOldSignIn = kilo.Anonymous.WithToken(_signIn, _admin);
        await _ledger.ShouldHoldAsync(withOldSignIn);
        using var member = await kilo.Anonymous.SignInAsync(_member, MemberPassword);
        var mine = (await member.ListAsync("/api/documents?trashed=true&limit=500")).Single(d => d["title"]!.GetValue<string>() == "Mine \"Ω\" 😀")["id"]!.GetValue<Guid>();
        (await member.PostAsync($"/api/documents/{mine}/restore")).ShouldBe(HttpStatusCode.OK);
        (await member.DownloadAsync(mine)).ShouldBe(Bytes.Of("shared 0"));
        (await kilo.Anonymous.PostAsync("/api/login", new { email = _member, password = "another" })).ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>What <c>verify --json</c> says.</summary>
    public static async Task<JsonNode> VerifyAsync(string options, int exitCode = 0, IReadOnlyDictionary<string, string?>? environment = null) =>
        JsonNode.Parse((await KiloCommand.RunAsync($"verify --json {options}", exitCode, environment)).Result)!;
}
