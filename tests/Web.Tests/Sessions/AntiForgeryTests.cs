using System.Net;
using System.Net.Http.Json;
using Kilo.Documents.Contracts;
using Kilo.Testing.Http;
using Kilo.Users.Contracts;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Sessions;

public sealed class AntiForgeryInOneProcessTests(OneProcess shared) : AntiForgeryTests(shared), IClassFixture<OneProcess>;

public sealed class AntiForgeryBehindBffTests(BffInFront shared) : AntiForgeryTests(shared), IClassFixture<BffInFront>;

/// <summary>What other sites can make a browser do with its cookie: nothing that changes anything.</summary>
public abstract class AntiForgeryTests(SharedSite shared)
{
    private Site Site => shared.Site;

    [Fact]
    public async Task An_unsafe_request_with_the_cookie_alone_is_refused_and_changes_nothing()
    {
        using var ada = await Site.BrowserAsync("Ada", "admin");
        var id = await ada.AddedAsync("first".Bytes());
        (string, string) cookie = ("Cookie", ada.Cookie);
        var (documents, users) = await CountsAsync();

        foreach (var (method, path, body) in new (HttpMethod, string, HttpContent?)[]
        {
            (HttpMethod.Post, "/api/documents", KiloClient.Form("forged".Bytes(), "forged.txt", null)),
            (HttpMethod.Post, $"/api/documents/{id}/versions", KiloClient.Form("forged".Bytes(), "forged.txt", null)),
            (HttpMethod.Patch, $"/api/documents/{id}", JsonContent.Create(new { title = "forged" })),
            (HttpMethod.Delete, $"/api/documents/{id}", null),
            (HttpMethod.Post, $"/api/documents/{id}/restore", null),
            (HttpMethod.Post, "/api/users", JsonContent.Create(new { email = "forged@example.org", password = Site.Password, displayName = "Forged" })),
            (HttpMethod.Patch, $"/api/users/{ada.UserId}", JsonContent.Create(new { displayName = "Forged" })),
            (HttpMethod.Post, "/api/tokens", JsonContent.Create(new { name = "forged" })),
            (HttpMethod.Delete, "/api/tokens/current", null),
            (HttpMethod.Delete, "/api/session", null),
            (HttpMethod.Put, "/api/documents", JsonContent.Create(new { })),
        })
        {
            (await Site.Anonymous.SendAsync(method, path, body, cookie)).ShouldBeProblem(403, "csrf", "Kilo-CSRF");
            body?.Dispose();
        }

        (await CountsAsync()).ShouldBe((documents, users));
        await Site.Anonymous.ShouldBeSignedInAsync(cookie);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_safe_request_needs_the_cookie_alone(string method)
    {
        using var ada = await Site.BrowserAsync();
        var id = await ada.AddedAsync("mine".Bytes());

        (await Site.Anonymous.SendAsync(new HttpMethod(method), $"/api/documents/{id}/content", null, ("Cookie", ada.Cookie))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_other_site_signs_a_browser_in()
    {
        var (_, email) = await Site.PersonAsync();
        var (_, users) = await CountsAsync();

        var answer = (await Site.Anonymous.PostAsync("/api/session", new { email, password = Site.Password })).ShouldBeProblem(403, "csrf", "Kilo-CSRF");

        answer.Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        (await CountsAsync()).Users.ShouldBe(users, "The password should not even have been tried.");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_form_is_no_sign_in(string type)
    {
        var (_, email) = await Site.PersonAsync();
        using var body = new StringContent($$"""{"email":"{{email}}","password":"{{Site.Password}}"}""", null, type);

        (await Site.Anonymous.SendAsync(HttpMethod.Post, "/api/session", body, ("Kilo-CSRF", "1"))).ShouldBe(HttpStatusCode.UnsupportedMediaType).Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_with_a_token_of_its_own_ignores_the_cookie_and_needs_no_header()
    {
        using var eve = await Site.BrowserAsync("Eve");
        var (id, email) = await Site.PersonAsync();
        using var ada = await Site.ScriptAsync(email);
        (string, string) cookie = ("Cookie", eve.Cookie);

        (await ada.GetAsync("/api/users/me", cookie)).Json["id"]!.GetValue<Guid>().ShouldBe(id);
        var added = (await ada.AddAsync("by token".Bytes(), "a.txt", null, cookie)).ShouldBe(HttpStatusCode.Created);
        added.Json["createdBy"]!["id"]!.GetValue<Guid>().ShouldBe(id);
        // Nor does a session step in for a token that does not work.
        (await Site.Anonymous.GetAsync("/api/users/me", cookie, ("Authorization", "Bearer kilo_no.such"))).ShouldBeProblem(401, "token-refused");
        (await Site.Anonymous.GetAsync("/api/documents", cookie, ("Authorization", "Basic YTpi"))).ShouldBeProblem(401, "token-refused");
    }

    [Theory]
    [InlineData("/api/session")]
    [InlineData("/api/documents")]
    [InlineData("/api/users/me")]
    [InlineData("/api/portal")]
    [InlineData("/")]
    public async Task No_answer_lets_another_site_read_it(string path)
    {
        using var ada = await Site.BrowserAsync();
        (string, string) origin = ("Origin", "https://elsewhere.example");

        var answers = new[]
        {
            await ada.GetAsync(path, origin, ("Accept", "text/html")),
            await ada.SendAsync(HttpMethod.Options, path, null, origin, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "kilo-csrf")),
            await ada.PostAsync(path, new { }, origin),
        };

        foreach (var answer in answers)
        {
            answer.Headers.Keys.ShouldNotContain(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }
    }

    private async Task<(long Documents, long Users)> CountsAsync() =>
        (await Site.Rest.EventCountAsync(DocumentsTopics.Documents), await Site.Rest.EventCountAsync(UsersTopics.Users));
}
