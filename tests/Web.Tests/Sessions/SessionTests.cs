using System.Net;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;

namespace Kilo.Web.Tests.Sessions;

public sealed class SessionInOneProcessTests(OneProcess shared) : SessionTests(shared), IClassFixture<OneProcess>;

public sealed class SessionBehindBffTests(BffInFront shared) : SessionTests(shared), IClassFixture<BffInFront>;

public abstract class SessionTests(SharedSite shared)
{
    private Site Site => shared.Site;

    [Fact]
    public async Task Signing_in_sets_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        var (id, email) = await Site.PersonAsync();

        var answer = (await Site.Anonymous.TrySessionAsync(email)).ShouldBe(HttpStatusCode.OK);

        var cookie = answer.Header("Set-Cookie").ToLowerInvariant();
        cookie.ShouldStartWith("kilo-session=");
        cookie.ShouldContain("; httponly");
        cookie.ShouldContain("; samesite=strict");
        cookie.ShouldContain("; path=/");
        cookie.ShouldContain("; expires=");
        cookie.ShouldNotContain("secure");
        cookie.ShouldNotContain("domain");
        answer.Header("Cache-Control").ShouldBe("no-store");
        var user = answer.Json["user"]!;
        (user["id"]!.GetValue<Guid>(), user.Text("email"), user.Text("displayName"), user.Text("role")).ShouldBe((id, email, "Ada", "member"));
        // The token stays inside.
        answer.Text.ShouldNotContain("kilo_");
        answer.Json.AsObject().Select(p => p.Key).ShouldBe(["user"]);
        await Site.Anonymous.ShouldBeSignedInAsync(("Cookie", answer.SetCookie()));
    }

    [Fact]
    public async Task Behind_https_the_cookie_is_for_this_host_and_https_alone()
    {
        var (_, email) = await Site.PersonAsync();
        (string, string) https = ("X-Forwarded-Proto", "https");

        var answer = (await Site.Anonymous.TrySessionAsync(email, Site.Password, https)).ShouldBe(HttpStatusCode.OK);

        var cookie = answer.Header("Set-Cookie");
        cookie.ShouldStartWith("__Host-kilo-session=");
        // What the prefix demands (RFC 6265bis 4.1.3.2).
        cookie.ShouldContain("; secure", Case.Insensitive);
        cookie.ShouldContain("; path=/", Case.Insensitive);
        cookie.ShouldNotContain("domain", Case.Insensitive);
        await Site.Anonymous.ShouldBeSignedInAsync(https, ("Cookie", answer.SetCookie()));
        // A cookie that somebody on the way planted without the prefix is no session behind HTTPS.
        (await Site.Anonymous.GetAsync("/api/session", https, ("Cookie", answer.SetCookie()["__Host-".Length..]))).ShouldBeProblem(401, "sign-in-needed");
    }

    [Fact]
    public async Task A_wrong_password_starts_no_session()
    {
        var (_, email) = await Site.PersonAsync();

        var answer = (await Site.Anonymous.TrySessionAsync(email, "wrong")).ShouldBeProblem(401, "sign-in-failed", "password");

        answer.Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"email\":\"a@b.c\"}")]
    [InlineData("{\"email\":null,\"password\":\"x\"}")]
    [InlineData("{\"email\":\"a@b.c\",\"password\":\"x\",\"remember\":true}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_body_that_is_no_sign_in_is_refused(string json)
    {
        using var body = new StringContent(json, null, "application/json");

        (await Site.Anonymous.SendAsync(HttpMethod.Post, "/api/session", body, ("Kilo-CSRF", "1"))).ShouldBeProblem(400, "bad-request");
    }

    [Fact]
    public async Task A_session_says_who_is_signed_in()
    {
        using var ada = await Site.BrowserAsync("Ada", "admin");

        var answer = (await ada.GetAsync("/api/session")).ShouldBe(HttpStatusCode.OK);

        (answer.Json["user"]!["id"]!.GetValue<Guid>(), answer.Json["user"]!.Text("displayName"), answer.Json["user"]!.Text("role")).ShouldBe((ada.UserId, "Ada", "admin"));
        answer.Header("Cache-Control").ShouldBe("no-store");
        (await Site.Anonymous.GetAsync("/api/session")).ShouldBeProblem(401, "sign-in-needed");
    }

    [Fact]
    public async Task What_a_person_changed_is_what_the_session_says_next()
    {
        using var ada = await Site.BrowserAsync();

        var changed = (await ada.PatchAsync($"/api/users/{ada.UserId}", new { displayName = "Ada Lovelace" })).ShouldBe(HttpStatusCode.OK);

        (await ada.GetAsync("/api/session", ("Kilo-Wait-For", changed.Header("Kilo-Position")))).Json["user"]!.Text("displayName").ShouldBe("Ada Lovelace");
    }

    [Fact]
    public async Task A_browser_adds_and_reads_a_document()
    {
        using var ada = await Site.BrowserAsync();

        var id = await ada.AddedAsync("mine".Bytes(), "mine.txt");

        (await ada.DownloadAsync(id)).ShouldBe("mine".Bytes());
        (await ada.ListAsync("/api/documents")).ShouldHaveSingleItem().Text("title").ShouldBe("mine.txt");
        using var eve = await Site.BrowserAsync("Eve");
        (await eve.GetAsync($"/api/documents/{id}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_good()
    {
        var (_, email) = await Site.PersonAsync();
        using var script = await Site.ScriptAsync(email);
        using var ada = await Site.Anonymous.BrowseAsync(email, Site.Password);
        var kept = ada.Cookie;
        (await SignInsAsync(script)).ShouldBe(2);

        var answer = (await ada.DeleteAsync("/api/session")).ShouldBe(HttpStatusCode.NoContent);

        ada.Cookie.ShouldBeEmpty("The browser should have thrown the cookie away.");
        await Site.Anonymous.ShouldBeSignedOutAsync(answer, ("Cookie", kept));
        (await SignInsAsync(script)).ShouldBe(1, "The token inside should be revoked.");
        // Again, and without any session: there is nothing to end.
        (await Site.Anonymous.DeleteAsync("/api/session", ("Cookie", kept), ("Kilo-CSRF", "1"))).ShouldBe(HttpStatusCode.NoContent);
        (await Site.Anonymous.DeleteAsync("/api/session", ("Kilo-CSRF", "1"))).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_session_that_was_ended_from_elsewhere_is_over_and_the_browser_forgets_it()
    {
        var (_, email) = await Site.PersonAsync();
        using var ada = await Site.Anonymous.BrowseAsync(email, Site.Password);
        var kept = ada.Cookie;
        var token = (await ada.ListAsync("/api/tokens")).ShouldHaveSingleItem();
        using var script = await Site.ScriptAsync(email);

        var ended = (await script.DeleteAsync($"/api/tokens/{token["id"]!.GetValue<Guid>()}")).ShouldBe(HttpStatusCode.NoContent);

        (await ada.GetAsync("/api/session")).ShouldBeProblem(401, "token-refused", "Sign in again");
        ada.Cookie.ShouldBeEmpty();
        await Site.Anonymous.ShouldBeSignedOutAsync(ended, ("Cookie", kept));
    }

    [Fact]
    public async Task Who_is_disabled_is_out_with_the_next_request()
    {
        using var ada = await Site.BrowserAsync();
        var kept = ada.Cookie;

        var disabled = (await Site.Admin.PatchAsync($"/api/users/{ada.UserId}", new { disabled = true })).ShouldBe(HttpStatusCode.OK);

        await Site.Anonymous.ShouldBeSignedOutAsync(disabled, ("Cookie", kept));
    }

    [Fact]
    public async Task A_role_that_was_taken_away_is_gone_with_the_next_request()
    {
        using var ada = await Site.BrowserAsync("Ada", "admin");
        (await ada.GetAsync("/api/users")).ShouldBe(HttpStatusCode.OK);

        (await Site.Admin.PatchAsync($"/api/users/{ada.UserId}", new { role = "member" })).ShouldBe(HttpStatusCode.OK);

        (await ada.GetAsync("/api/users")).ShouldBeProblem(403, "forbidden");
        (await ada.GetAsync("/api/operations")).ShouldBeProblem(403, "forbidden");
        (await ada.GetAsync("/api/session")).Json["user"]!.Text("role").ShouldBe("member");
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_before()
    {
        using var ada = await Site.BrowserAsync();
        var (bob, email) = await Site.PersonAsync("Bob");
        var kept = ada.Cookie;

        (await ada.PostAsync("/api/session", new { email, password = Site.Password })).ShouldBe(HttpStatusCode.OK);

        (await ada.GetAsync("/api/users/me")).Json["id"]!.GetValue<Guid>().ShouldBe(bob);
        (await Site.Anonymous.GetAsync("/api/session", ("Cookie", kept))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Whoever_planted_a_session_in_a_browser_does_not_share_the_one_that_starts_there()
    {
        // A copy of Eve's cookie came into Ada's browser; Ada signs in.
        using var eve = await Site.BrowserAsync("Eve");
        var planted = eve.Cookie;
        var (ada, email) = await Site.PersonAsync();

        var answer = (await Site.Anonymous.TrySessionAsync(email, Site.Password, ("Cookie", planted))).ShouldBe(HttpStatusCode.OK);

        (await Site.Anonymous.GetAsync("/api/users/me", ("Cookie", answer.SetCookie()))).Json["id"]!.GetValue<Guid>().ShouldBe(ada);
        (await Site.Anonymous.GetAsync("/api/users/me", ("Cookie", planted))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_sign_in_that_fails_leaves_the_session_before_as_it_was()
    {
        using var ada = await Site.BrowserAsync();
        var (_, email) = await Site.PersonAsync("Bob");

        (await ada.PostAsync("/api/session", new { email, password = "wrong" })).ShouldBeProblem(401, "sign-in-failed");

        (await ada.GetAsync("/api/users/me")).Json["id"]!.GetValue<Guid>().ShouldBe(ada.UserId);
    }

    [Fact]
    public async Task Sign_ins_at_the_same_time_are_sessions_of_their_own()
    {
        var (_, email) = await Site.PersonAsync();

        var browsers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Site.Anonymous.BrowseAsync(email, Site.Password)));

        browsers.Select(b => b.Cookie).Distinct().Count().ShouldBe(8);
        await Task.WhenAll(browsers.Select(b => b.ShouldBeSignedInAsync()));
        (await browsers[0].DeleteAsync("/api/session")).ShouldBe(HttpStatusCode.NoContent);
        (await browsers[0].GetAsync("/api/session")).ShouldBe(HttpStatusCode.Unauthorized);
        await Task.WhenAll(browsers[1..].Select(b => b.ShouldBeSignedInAsync()));
        Array.ForEach(browsers, b => b.Dispose());
    }

    private static readonly Dictionary<string, Func<string, string>> Forgeries = new()
    {
        ["empty"] = _ => "kilo-session=",
        ["garbage"] = _ => "kilo-session=garbage",
        ["not even base64"] = _ => "kilo-session=%00%ff{}\"\\",
        ["truncated"] = good => good[..(good.Length / 2)],
        ["without its last letter"] = good => good[..^1],
        ["longer"] = good => good + "AAAA",
        ["one letter changed"] = good => $"{good[..60]}{(good[60] == 'A' ? 'B' : 'A')}{good[61..]}",
        ["chunks that are missing"] = _ => "kilo-session=chunks-2",
        ["some chunks that are missing"] = good => $"kilo-session=chunks-3; kilo-sessionC1={good.Split('=', 2)[1]}",
        ["very many chunks"] = _ => "kilo-session=chunks-2147483647; kilo-sessionC1=x",
        ["a count of chunks that is none"] = _ => "kilo-session=chunks--1",
        ["10,000 letters"] = _ => "kilo-session=" + new string('A', 10_000),
    };

    public static TheoryData<string> BadCookies => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(BadCookies))]
    public async Task A_cookie_that_was_not_given_like_that_is_nobody(string what)
    {
        using var ada = await Site.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        (string, string) cookie = ("Cookie", Forgeries[what](ada.Cookie));

        (await Site.Anonymous.GetAsync("/api/session", cookie)).ShouldBeProblem(401, "sign-in-needed");
        (await Site.Anonymous.GetAsync("/api/documents", cookie)).ShouldBeProblem(401, "sign-in-needed");
        (await Site.Anonymous.GetAsync("/api/operations", cookie)).ShouldBeProblem(401, "sign-in-needed");
        (await Site.Anonymous.GetAsync("/api/portal", cookie)).ShouldBe(HttpStatusCode.OK);
        // It keeps nobody from signing in and out.
        var answer = (await Site.Anonymous.TrySessionAsync(KiloServer.AdminEmail, KiloServer.AdminPassword, cookie)).ShouldBe(HttpStatusCode.OK);
        await Site.Anonymous.ShouldBeSignedInAsync(("Cookie", answer.SetCookie()));
        (await Site.Anonymous.DeleteAsync("/api/session", cookie, ("Kilo-CSRF", "1"))).ShouldBe(HttpStatusCode.NoContent);
    }

    private static async Task<int> SignInsAsync(KiloClient client) => (await client.ListAsync("/api/tokens")).Count(t => t["isSignIn"]!.GetValue<bool>());
}
