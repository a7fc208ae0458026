using System.Net;
using System.Net.Http.Json;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

/// <summary>
/// A running process with an owner, another member, an administrator, tokens and sessions that do not work any more: each of them with
/// a token, and once more with a browser.
/// </summary>
public sealed class RouteWorld : IAsyncLifetime, IDisposable
{
    private readonly DataDirectory _data = new();
    private readonly Dictionary<Asker, KiloClient> _clients = [];
    private readonly Dictionary<Asker, KiloClient> _browsers = [];
    private KiloProcess _kilo = null!;
    private int _addresses;

    /// <summary>In whose personal library the documents are.</summary>
    internal KiloClient Owner => _clients[Asker.Owner];

    /// <summary>A document of the owner's that nothing happens to.</summary>
    internal Guid Document { get; private set; }

    internal KiloClient Anonymous => _kilo.Anonymous;

    internal KiloClient As(Asker asker) => _clients[asker];

    public async Task InitializeAsync()
    {
        _kilo = await KiloProcess.ReadyAsync(_data.Path);
        _clients[Asker.Anonymous] = _kilo.Anonymous;
        var admin = _clients[Asker.Administrator] = await _kilo.AdminAsync();
        var owner = _clients[Asker.Owner] = await admin.AddMemberAsync("Olga");
        Document = await DocumentAsync();
        _clients[Asker.Other] = await admin.AddMemberAsync("Otto");

        var (revoked, id) = await TokenAsync(owner);
        _clients[Asker.Revoked] = revoked;
        (await owner.DeleteAsync($"/api/tokens/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        var expired = _clients[Asker.Expired] = (await TokenAsync(owner, DateTimeOffset.UtcNow.AddSeconds(1))).Client;
        await Eventually.Async("a token to expire", async () => (await expired.GetAsync("/api/users/me")).Status == HttpStatusCode.Unauthorized);
        foreach (var asker in Enum.GetValues<Asker>())
        {
            _browsers[asker] = await BrowserAsync(asker);
        }
    }

    /// <summary>The same person with a browser; an ended sign-in stands for both ways in which one ends.</summary>
    private async Task<KiloClient> BrowserAsync(Asker asker) => asker switch
    {
        Asker.Anonymous => Anonymous.Browser(),
        Asker.Revoked or Asker.Expired => await EndedAsync(),
        Asker.Administrator => await Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword),
        _ => await Anonymous.BrowseAsync((await As(asker).GetAsync("/api/users/me")).Json["email"]!.GetValue<string>(), "correct horse"),
    };

    private async Task<KiloClient> EndedAsync()
    {
        using var browser = await BrowserAsync(Asker.Owner);
        var session = browser.Cookies!.GetCookies(Anonymous.Http.BaseAddress!).ShouldHaveSingleItem();
        (await browser.DeleteAsync("/api/session")).Status.ShouldBe(HttpStatusCode.NoContent);
        var kept = new CookieContainer();
        kept.Add(session);
        return Anonymous.Browser(browser.UserId, kept);
    }

    /// <summary>A token of somebody's own, as a client.</summary>
    internal static async Task<(KiloClient Client, Guid Id)> TokenAsync(KiloClient somebody, DateTimeOffset? expires = null)
    {
        var issued = await somebody.PostAsync("/api/tokens", new { name = "for a test", expiresAt = expires });
        issued.Status.ShouldBe(HttpStatusCode.Created, issued.Text);
        return (somebody.WithToken(issued.Json["token"]!.GetValue<string>(), somebody.UserId), issued.Json["id"]!.GetValue<Guid>());
    }

    /// <summary>A new document of the owner's with two versions.</summary>
    internal async Task<Guid> DocumentAsync()
    {
        var document = await Owner.AddedAsync(Bytes.Of("one"));
        (await Owner.AddVersionAsync(document, Bytes.Of("two"))).Status.ShouldBe(HttpStatusCode.Created);
        return document;
    }

    /// <summary>Sends a row's request.</summary>
    /// <param name="row">What is sent.</param>
    /// <param name="asker">By whom.</param>
    /// <param name="inBrowser">True: with a session instead of a token.</param>
    internal async Task<Answer> SendAsync(Row row, Asker asker, bool inBrowser)
    {
        var (method, template) = (row.Operation.Split(' ')[0], row.Operation.Split(' ')[1]);
        var path = row.Path is not null ? await row.Path(this)
            : template.Contains("{id}", StringComparison.Ordinal) ? template.Replace("{id}", (await DocumentAsync()).ToString(), StringComparison.Ordinal)
            : template;
        // Version 1 is an old one.
        path = path.Replace("{number}", "1", StringComparison.Ordinal);
        var client = inBrowser ? row.NeedsTokenOfItsOwn ? await BrowserAsync(asker) : _browsers[asker]
            : row.NeedsTokenOfItsOwn && asker is Asker.Owner or Asker.Other or Asker.Administrator ? (await TokenAsync(As(asker))).Client
            : As(asker);
        using var body = row.Body?.Invoke(this);
        // From an address of its own: tokens that do not work are counted per address, and after a hundred none is tried any more.
        var address = ("X-Forwarded-For", $"2001:db8::{Interlocked.Increment(ref _addresses):x}");
        return await client.SendAsync(new HttpMethod(method), path, body, [address, .. row.Headers]);
    }

    /// <summary>A new upload of the owner's that waits for its five bytes.</summary>
    internal async Task<string> UploadAsync()
    {
        var created = await Owner.SendAsync(HttpMethod.Post, "/api/uploads", null, Resumable(("Upload-Length", "5"), ("Upload-Metadata", "filename YS50eHQ=")));
        return created.ShouldBe(HttpStatusCode.Created).Header("Location");
    }

    /// <summary>An archive that the owner asked for.</summary>
    internal async Task<string> ArchiveAsync()
    {
        var created = await Owner.PostAsync("/api/archives", new { documents = new[] { Document } });
        return created.ShouldBe(HttpStatusCode.Created).Json["url"]!.GetValue<string>();
    }

    /// <summary>The headers of a request of the tus protocol.</summary>
    internal static (string Name, string Value)[] Resumable(params (string Name, string Value)[] more) => [("Tus-Resumable", "1.0.0"), .. more];

    /// <summary>The next bytes of an upload.</summary>
    internal static HttpContent Piece(string text)
    {
        var piece = new ByteArrayContent(Bytes.Of(text));
        piece.Headers.ContentType = new("application/offset+octet-stream");
        return piece;
    }

    internal static HttpContent Json(object body) => JsonContent.Create(body);

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values.Concat(_browsers.Values))
        {
            client.Dispose();
        }
        if (_kilo is not null)
        {
            await _kilo.DisposeAsync();
        }
    }

    public void Dispose() => _data.Dispose();
}
