using System.Net;
using System.Text.RegularExpressions;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Pages;

public sealed class PageInOneProcessTests(OneProcess shared) : PageTests(shared), IClassFixture<OneProcess>;

public sealed class PageBehindBffTests(BffInFront shared) : PageTests(shared), IClassFixture<BffInFront>;

/// <summary>The one page of the portal.</summary>
public abstract partial class PageTests(SharedSite shared)
{
    private static readonly (string Name, string Value) Html = ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");

    private KiloClient Anonymous => shared.Site.Anonymous;

    [Fact]
    public async Task The_page_may_run_nothing_but_its_own_files()
    {
        var page = (await Anonymous.GetAsync("/", Html)).ShouldBe(HttpStatusCode.OK);

        page.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        var policy = page.Header("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries).Select(d => d.Split(' ', 2)).ToDictionary(d => d[0], d => d[1]);
        policy["default-src"].ShouldBe("'self'");
        policy["script-src"].ShouldBe("'self'");
        policy["style-src"].ShouldMatch("^'self' 'nonce-[A-Za-z0-9+/=]{22,}'$");
        policy["connect-src"].ShouldBe("'self'");
        policy["img-src"].ShouldBe("'self' blob: data:");
        policy["worker-src"].ShouldBe("'self' blob:");
        policy["form-action"].ShouldBe("'self'");
        foreach (var none in new[] { "object-src", "frame-ancestors", "base-uri" })
        {
            policy[none].ShouldBe("'none'");
        }
        page.Header("Content-Security-Policy").ShouldNotContain("unsafe");
        page.Header("X-Content-Type-Options").ShouldBe("nosniff");
        page.Header("X-Frame-Options").ShouldBe("DENY");
        page.Header("Referrer-Policy").ShouldBe("same-origin");
        page.Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        page.Header("Permissions-Policy").ShouldNotBeEmpty();
        page.Header("Cache-Control").ShouldBe("no-store");
        page.Headers.ContainsKey("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task Every_page_has_a_nonce_of_its_own()
    {
        var nonces = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            var page = await Anonymous.GetAsync("/", Html);
            var nonce = Nonce().Match(page.Header("Content-Security-Policy")).Groups[1].Value;
            page.Text.ShouldBe(PortalFolder.Page.Replace("__CSP_NONCE__", nonce, StringComparison.Ordinal));
            nonces.Add(nonce).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/library/shared/2026/q4")]
    [InlineData("/documents/8d4e4c9e-8d0f-4b6e-9d53-0f7f0b1f7b5a?version=2")]
    [InlineData("/apiary")]
    [InlineData("/documentation")]
    [InlineData("/library/shared/release-1.2")]
    [InlineData("/search?q=report.pdf")]
    [InlineData("/index.html")]
    [InlineData("/%2e%2e/%2e%2e")]
    public async Task An_address_inside_the_portal_is_the_page(string path)
    {
        var page = (await Anonymous.GetAsync(path, Html)).ShouldBe(HttpStatusCode.OK);

        page.Text.ShouldContain("<div id=\"root\">");
        page.Text.ShouldNotContain("__CSP_NONCE__");
        page.Header("Content-Security-Policy").ShouldContain("default-src 'self'");
        var head = (await Anonymous.SendAsync(HttpMethod.Head, path, null, Html)).ShouldBe(HttpStatusCode.OK);
        head.Bytes.ShouldBeEmpty();
        head.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        head.Header("Content-Security-Policy").ShouldContain("default-src 'self'");
    }

    [Theory]
    [InlineData("/index.html", "*/*", "")]
    [InlineData("/index.html", "*/*", "br, gzip")]
    [InlineData("/INDEX.html", "text/html", "br")]
    [InlineData("/index.html.br", "text/html", "")]
    [InlineData("/index.html.br", "*/*", "br")]
    public async Task The_page_is_never_sent_as_a_file_without_its_policy(string path, string accept, string encoding)
    {
        var answer = await Anonymous.GetAsync(path, ("Accept", accept), ("Accept-Encoding", encoding));

        if (answer.Status == HttpStatusCode.OK)
        {
            answer.Header("Content-Security-Policy").ShouldContain("default-src 'self'");
            answer.Text.ShouldNotContain("__CSP_NONCE__");
            answer.Header("Cache-Control").ShouldBe("no-store");
        }
        else
        {
            answer.ShouldBeProblem(404, "not-found");
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/openapi/nothing")]
    [InlineData("/docs/nothing")]
    [InlineData("/health")]
    [InlineData("/health/nothing")]
    [InlineData("/metrics/nothing")]
    [InlineData("/assets/gone-abc.js")]
    [InlineData("/assets/")]
    [InlineData("/assets")]
    public async Task An_address_that_answers_for_itself_is_never_the_page(string path) =>
        (await Anonymous.GetAsync(path, Html)).ShouldBeProblem(404, "not-found");

    [Theory]
    [InlineData("application/json")]
    [InlineData("image/avif,image/webp,*/*;q=0.8")]
    [InlineData("*/*")]
    [InlineData("")]
    public async Task What_does_not_ask_for_a_page_gets_none(string accept) =>
        (await Anonymous.GetAsync("/library/shared", ("Accept", accept))).ShouldBeProblem(404, "not-found");

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task What_is_not_reading_gets_no_page(string method) =>
        (await Anonymous.SendAsync(new HttpMethod(method), "/library", null, Html)).Text.ShouldNotContain("root");

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
