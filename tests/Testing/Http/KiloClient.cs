using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Kilo.Testing.Http;

/// <summary>Somebody who speaks HTTP with Kilo. Every call returns the answer as it came; the test judges it.</summary>
/// <param name="http">With the server's base address.</param>
public sealed class KiloClient(HttpClient http) : IDisposable
{
    /// <summary>For what this class has no method for.</summary>
    public HttpClient Http => http;

    /// <summary>The signed-in user's id; empty for nobody.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The token that this client sends.</summary>
    public string? Token => http.DefaultRequestHeaders.Authorization?.Parameter;

    /// <summary>The cookies that a browser keeps; null for what is no browser.</summary>
    public CookieContainer? Cookies { get; private init; }

    /// <summary>The cookies that a browser would send, as the header has them; empty: none.</summary>
    public string Cookie => Cookies?.GetCookieHeader(http.BaseAddress!) ?? "";

    /// <summary>A client for a server that sends nothing but what the test says.</summary>
    public static KiloClient For(Uri server) => new(new HttpClient(Handler(null)) { BaseAddress = server, Timeout = TimeSpan.FromMinutes(5) });

    /// <summary>The same server, spoken to by a browser that shows the portal: it keeps cookies, and says that the request is its own.</summary>
    public KiloClient Browser(Guid user = default, CookieContainer? cookies = null)
    {
        cookies ??= new CookieContainer();
        var browser = new HttpClient(Handler(cookies)) { BaseAddress = http.BaseAddress, Timeout = http.Timeout };
        browser.DefaultRequestHeaders.Add("Kilo-CSRF", "1");
        return new KiloClient(browser) { UserId = user, Cookies = cookies };
    }

    /// <summary>Signs in as a browser does, and returns the browser.</summary>
    public async Task<KiloClient> BrowseAsync(string email, string password)
    {
        using var browser = Browser();
        var answer = await browser.PostAsync("/api/session", new { email, password });
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return Browser(answer.Json["user"]!["id"]!.GetValue<Guid>(), browser.Cookies);
    }

    /// <summary>The same server, spoken to with a token.</summary>
    public KiloClient WithToken(string token, Guid user)
    {
        var other = For(http.BaseAddress!);
        other.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new KiloClient(other.Http) { UserId = user };
    }

    /// <summary>Signs in and returns a client that sends the token.</summary>
    public async Task<KiloClient> SignInAsync(string email, string password)
    {
        Answer answer = null!;
        await Eventually.Async("the views to be there", async () => (answer = await PostAsync("/api/login", new { email, password })).Status != HttpStatusCode.ServiceUnavailable);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return WithToken(answer.Json["token"]!.GetValue<string>(), answer.Json["user"]!["id"]!.GetValue<Guid>());
    }

    /// <summary>Registers a member (this client must be an administrator) and signs the member in, however long the views take.</summary>
    public async Task<KiloClient> AddMemberAsync(string name, string role = "member")
    {
        var once = Guid.NewGuid().ToString("N");
        var email = $"{name.ToLowerInvariant()}-{once}@example.org";
        Answer added = null!;
        await Eventually.Async("the views to be there", async () =>
            (added = await PostAsync("/api/users", new { email, password = "correct horse", displayName = name, role }, ("Idempotency-Key", once))).Status
                is not (HttpStatusCode.Accepted or HttpStatusCode.ServiceUnavailable));
        added.Status.ShouldBe(HttpStatusCode.Created, added.Text);
        return await For(http.BaseAddress!).SignInAsync(email, "correct horse");
    }

    /// <summary>GET.</summary>
    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>DELETE.</summary>
    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>POST of JSON; null: without a body.</summary>
    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : Json(body), headers);

    /// <summary>PATCH of JSON.</summary>
    public Task<Answer> PatchAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, Json(body), headers);

    /// <summary>Adds a document.</summary>
    public Task<Answer> AddAsync(byte[] bytes, string fileName = "file.txt", object? fields = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/api/documents", Form(bytes, fileName, fields), headers);

    /// <summary>Adds a document that must be accepted, and returns its id.</summary>
    public async Task<Guid> AddedAsync(byte[] bytes, string fileName = "file.txt", object? fields = null)
    {
        var answer = await AddAsync(bytes, fileName, fields);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json["id"]!.GetValue<Guid>();
    }

    /// <summary>Adds a version.</summary>
    public Task<Answer> AddVersionAsync(Guid document, byte[] bytes, string fileName = "file.txt", object? fields = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, $"/api/documents/{document}/versions", Form(bytes, fileName, fields), headers);

    /// <summary>A version's bytes; without a number the newest version's.</summary>
    public async Task<byte[]> DownloadAsync(Guid document, int? number = null)
    {
        using var response = await http.GetAsync(new Uri(number is null ? $"/api/documents/{document}/content" : $"/api/documents/{document}/versions/{number}/content", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Every item of a list, page by page.</summary>
    public async Task<List<JsonNode>> ListAsync(string path)
    {
        var (items, cursor) = (new List<JsonNode>(), (string?)null);
        do
        {
            var page = await GetAsync(cursor is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}");
            page.Status.ShouldBe(HttpStatusCode.OK, page.Text);
            items.AddRange(page.Json["items"]!.AsArray().Select(i => i!));
            cursor = page.Json["next"]?.GetValue<string>();
        }
        while (cursor is not null);
        return items;
    }

    // With its length, as browsers send it.
    private static ByteArrayContent Json(object body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), JsonSerializerOptions.Web)) { Headers = { ContentType = new("application/json") } };

    /// <summary>Any request.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // A stream of events has no end to wait for.
        var bytes = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? [] : await response.Content.ReadAsByteArrayAsync();
        return new Answer(response.StatusCode, Headers(response), bytes);
    }

    /// <summary>The form of an upload. The properties of <paramref name="fields"/> become its fields.</summary>
    public static MultipartFormDataContent Form(byte[] bytes, string fileName, object? fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var property in fields?.GetType().GetProperties() ?? [])
        {
            form.Add(new StringContent(Convert.ToString(property.GetValue(fields), System.Globalization.CultureInfo.InvariantCulture)!), property.Name);
        }
        form.Add(new ByteArrayContent(bytes), "file", fileName);
        return form;
    }

    private static SocketsHttpHandler Handler(CookieContainer? cookies) => cookies is null
        ? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
        : new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies };

    private static Dictionary<string, string> Headers(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
        .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public void Dispose() => http.Dispose();
}

/// <summary>What the server answered.</summary>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Bytes) ?? throw new JsonException("The answer is null.");

    /// <summary>The stable end of a problem's type.</summary>
    public string ProblemCode => Json["type"]!.GetValue<string>().Split(':')[^1];

    /// <summary>The value of a header; empty when it is absent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    private string Start => Text[..Math.Min(Text.Length, 1_000)];

    /// <summary>Judges the status; the message has the beginning of the body.</summary>
    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Start);
        return this;
    }

    /// <summary>Judges a refusal: problem details of this status and type, whose sentence names these words.</summary>
    public Answer ShouldBeProblem(int status, string code, params string[] named)
    {
        ((int)Status).ShouldBe(status, Start);
        Header("Content-Type").ShouldStartWith("application/problem+json");
        Json["type"]!.GetValue<string>().ShouldBe("urn:kilo:problem:" + code);
        Json["status"]!.GetValue<int>().ShouldBe(status);
        Json["title"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        var detail = Json["detail"]!.GetValue<string>();
        detail.ShouldNotBeNullOrEmpty();
        foreach (var word in named)
        {
            detail.ShouldContain(word);
        }
        return this;
    }
}
