using System.Net;
using Kilo.Testing;
using Kilo.Web.Tests.Kit;
using Microsoft.AspNetCore.Http;

namespace Kilo.Web.Tests.Forwarding;

/// <summary>What a process behind the portal is sent, and what becomes of its answer.</summary>
public sealed class ForwardedTests
{
    [Fact]
    public async Task A_request_goes_on_without_what_is_only_for_this_connection()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            if (http.Request.Path == "/api/login")
            {
                await SignedInAsync(http);
            }
        });
        var cookie = (await upstream.Anonymous.TrySessionAsync("a@example.org")).ShouldBe(HttpStatusCode.OK).SetCookie();
        using var wire = await Wire.ToAsync(upstream.Bff);
        await wire.SendAsync($"GET /api/documents?q=a%20b&folder=x%2Fy&empty HTTP/1.1\r\nHost: kilo.example\r\nCookie: {cookie}; other=1\r\nKilo-CSRF: 1\r\n"
            + "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Authorization: Basic YTpi\r\nProxy-Connection: keep-alive\r\n"
            + "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
            + "Kilo-Wait-For: one,two\r\nIdempotency-Key: k\r\nAccept: application/json\r\nX-Mine: stays\r\n\r\n");
        await wire.HeadAsync();

        var sent = upstream.Requests.Last();

        (sent.Method, sent.Target).ShouldBe(("GET", "/api/documents?q=a%20b&folder=x%2Fy&empty"));
        foreach (var name in new[] { "Cookie", "Kilo-CSRF", "X-Hop", "Keep-Alive", "TE", "Upgrade", "Proxy-Authorization", "Proxy-Connection" })
        {
            sent.Headers.ContainsKey(name).ShouldBeFalse(name);
        }
        sent.Headers.GetValueOrDefault("Connection", "").ShouldNotContain("X-Hop");
        sent.Headers["Host"].ShouldStartWith("127.0.0.1:");
        sent.Headers["X-Forwarded-For"].ShouldBe("203.0.113.7");
        sent.Headers["X-Forwarded-Proto"].ShouldBe("https");
        (sent.Headers["Kilo-Wait-For"], sent.Headers["Idempotency-Key"], sent.Headers["Accept"], sent.Headers["X-Mine"]).ShouldBe(("one,two", "k", "application/json", "stays"));
        // Behind HTTPS the cookie has another name: this one is none.
        sent.Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_goes_on_as_its_token()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            if (http.Request.Path == "/api/login")
            {
                await SignedInAsync(http);
            }
        });
        using var browser = await upstream.Anonymous.BrowseAsync("a@example.org", "x");

        await browser.PostAsync("/api/documents", new { });

        var sent = upstream.Requests.Last();
        sent.Headers["Authorization"].ShouldBe("Bearer the-token");
        sent.Headers.ContainsKey("Cookie").ShouldBeFalse();
        sent.Headers.ContainsKey("Kilo-CSRF").ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_comes_back_without_what_is_only_for_that_connection()
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            http.Response.StatusCode = 207;
            http.Response.Headers["Set-Cookie"] = "kilo-session=theirs";
            http.Response.Headers["Connection"] = "X-Hop";
            http.Response.Headers["X-Hop"] = "1";
            http.Response.Headers["Keep-Alive"] = "timeout=5";
            http.Response.Headers["Proxy-Authenticate"] = "Basic";
            http.Response.Headers["Trailer"] = "X-Later";
            http.Response.Headers["Kilo-Position"] = "p";
            http.Response.Headers["X-Mine"] = new[] { "a", "b" };
            http.Response.Headers["Content-Language"] = "de";
            return http.Response.WriteAsync("hello");
        });

        var answer = await upstream.Anonymous.GetAsync("/api/documents");

        ((int)answer.Status, answer.Text).ShouldBe((207, "hello"));
        foreach (var name in new[] { "Set-Cookie", "X-Hop", "Keep-Alive", "Proxy-Authenticate", "Trailer" })
        {
            answer.Headers.ContainsKey(name).ShouldBeFalse(name);
        }
        (answer.Header("Kilo-Position"), answer.Header("X-Mine"), answer.Header("Content-Language")).ShouldBe(("p", "a,b", "de"));
    }

    [Theory]
    [InlineData("/api/documents/a%20b", "/api/documents/a b")]
    [InlineData("/api/documents/%C3%A4+%26", "/api/documents/ä+&")]
    [InlineData("/api/documents/a%3Fb=c%23d", "/api/documents/a?b=c#d")]
    [InlineData("/api/documents/a%2Fb", "/api/documents/a%2Fb")]
    [InlineData("/api/documents/%252e%252e/%252e%252e/metrics", "/api/documents/%2e%2e/%2e%2e/metrics")]
    [InlineData("/api/documents/%252e%252e%252fusers", "/api/documents/%2e%2e%2fusers")]
    [InlineData("/api/documents/..%2f..%2fmetrics", "/api/documents/..%2f..%2fmetrics")]
    [InlineData("/api/documents/..%5c..%5cmetrics", "/api/documents/..\\..\\metrics")]
    public async Task An_address_means_on_the_other_side_what_it_meant_on_this_one(string target, string expected)
    {
        string? path = null;
        await using var upstream = await Upstream.StartAsync(http =>
        {
            path = http.Request.Path.Value;
            return Task.CompletedTask;
        });
        using var wire = await Wire.ToAsync(upstream.Bff);
        await wire.SendAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (await wire.HeadAsync()).ShouldStartWith("HTTP/1.1 200 ");

        path.ShouldBe(expected);
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("DELETE", null)]
    [InlineData("POST", null)]
    [InlineData("POST", "")]
    [InlineData("POST", "body")]
    [InlineData("DELETE", "body")]
    [InlineData("PROPFIND", "body")]
    public async Task A_body_or_none_goes_on_as_it_is(string method, string? body)
    {
        (string Body, long? Length) received = default;
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            received = (await reader.ReadToEndAsync(), http.Request.ContentLength);
        });
        using var content = body is null ? null : new StringContent(body, null, "text/plain");

        (await upstream.Anonymous.SendAsync(new HttpMethod(method), "/api/documents/x", content)).ShouldBe(HttpStatusCode.OK);

        received.Body.ShouldBe(body ?? "");
        (received.Length ?? 0).ShouldBe((body ?? "").Length);
        upstream.Requests.Last().Method.ShouldBe(method);
    }

    [Fact]
    public async Task Live_events_come_as_they_happen()
    {
        var next = new SemaphoreSlim(0);
        var gone = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            http.Response.ContentType = "text/event-stream";
            await http.Response.Body.FlushAsync();
            for (var i = 0; ; i++)
            {
                await next.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync($"event: change\ndata: {i}\n\n");
            }
        });
        var wire = await Wire.ToAsync(upstream.Bff);
        await wire.SendAsync("GET /api/live HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: 7\r\n\r\n");

        // Before anything has happened, a browser must know that it is connected.
        (await wire.HeadAsync()).ShouldContain("text/event-stream");
        upstream.Requests.Last().Headers["Last-Event-ID"].ShouldBe("7");
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            await wire.UntilAsync($"data: {i}\n\n");
        }
        wire.Dispose();
        await Eventually.Ends("the other side to hear that the browser went away", gone.Task);
    }

    [Fact]
    public async Task An_answer_that_trickles_is_passed_on_as_it_comes()
    {
        var go = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await http.Response.WriteAsync("first");
            await go.Task;
            await http.Response.WriteAsync("second");
        });
        using var wire = await Wire.ToAsync(upstream.Bff);
        await wire.SendAsync("GET /api/documents HTTP/1.1\r\nHost: localhost\r\n\r\n");

        await wire.UntilAsync("first");
        go.SetResult();
        await wire.UntilAsync("second");
    }

    private static Task SignedInAsync(HttpContext http) => http.Response.WriteAsJsonAsync(new
    {
        token = "the-token",
        expiresAt = DateTimeOffset.UtcNow.AddHours(1),
        user = new { id = Guid.NewGuid(), email = "a@example.org", displayName = "Ada", role = "member", disabled = false },
    });
}
