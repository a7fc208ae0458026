using System.Net;
using System.Net.Http.Headers;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;
using Microsoft.AspNetCore.Http;

namespace Kilo.Web.Tests.Forwarding;

/// <summary>Processes behind the portal that are away, slow, or die in the middle.</summary>
public sealed class TroubleTests
{
    private static readonly Dictionary<string, string?> Impatient = new() { ["Kilo:Web:IdleTimeout"] = "00:00:00.5" };

    // What moves is told from what does not by time alone. Each step takes less than the limit, by enough for a machine that is busy; all of them take more.
    private static readonly Dictionary<string, string?> Patient = new() { ["Kilo:Web:IdleTimeout"] = "00:00:03" };
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.8);
    private const int Steps = 5;

    [Fact]
    public async Task While_one_part_is_away_the_rest_goes_on_and_when_it_returns_so_does_everything()
    {
        // Documents and users behind ports of their own, over the same engines.
        await using var users = await KiloServer.StartAsync(role: "rest,aggregator");
        var port = KiloProcess.FreePort();
        var documents = await KiloServer.StartAsync(role: "rest", over: users, port: port);
        using var folder = new PortalFolder();
        await using var bff = await KiloServer.StartAsync(
            Site.At(port, users.Port, new Dictionary<string, string?> { ["Kilo:Web:Root"] = folder.Path }), role: "bff", over: users);
        using var admin = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);
        var id = await admin.AddedAsync("before".Bytes());

        await documents.DisposeAsync();

        var down = (await admin.GetAsync("/api/documents")).ShouldBeProblem(503, "documents-unavailable", "documents");
        down.Header("Retry-After").ShouldNotBeEmpty();
        (await admin.AddAsync("now".Bytes())).ShouldBeProblem(503, "documents-unavailable");
        (await admin.AddAsync(new byte[3_000_000])).ShouldBeProblem(503, "documents-unavailable");
        (await admin.GetAsync($"/api/documents/{id}/content")).ShouldBeProblem(503, "documents-unavailable");
        (await admin.GetAsync("/api/session")).ShouldBe(HttpStatusCode.OK);
        (await admin.GetAsync("/api/users")).ShouldBe(HttpStatusCode.OK);
        (await bff.Anonymous.GetAsync("/health/live")).ShouldBe(HttpStatusCode.OK);
        (await bff.Anonymous.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK);
        (await bff.Anonymous.GetAsync("/metrics")).ShouldBe(HttpStatusCode.OK);
        (await bff.Anonymous.GetAsync("/library", ("Accept", "text/html"))).ShouldBe(HttpStatusCode.OK);
        (await bff.Anonymous.GetAsync("/assets/app-abc.js")).ShouldBe(HttpStatusCode.OK);
        var counts = (await bff.Anonymous.GetAsync("/api/portal")).ShouldBe(HttpStatusCode.OK).Json;
        counts["documents"].ShouldBeNull();
        counts["users"]!.GetValue<long>().ShouldBe(1);
        var modules = (await admin.GetAsync("/api/operations")).ShouldBe(HttpStatusCode.OK).Json["modules"]!.AsArray();
        (modules[0]!.Text("module"), modules[0]!["report"]).ShouldBe(("documents", null));
        modules[0]!.Text("problem").ShouldContain("documents");
        (modules[1]!.Text("module"), modules[1]!["problem"]).ShouldBe(("users", null));
        modules[1]!["report"]!.Text("module").ShouldBe("users");
        using var again = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);

        await using var returned = await KiloServer.StartAsync(role: "rest", over: users, port: port);

        (await admin.DownloadAsync(id)).ShouldBe("before".Bytes());
        (await admin.AddAsync("after".Bytes())).ShouldBe(HttpStatusCode.Created);
        (await bff.Anonymous.GetAsync("/api/portal")).Json["documents"]!.GetValue<long>().ShouldBe(2);
    }

    [Fact]
    public async Task Without_users_nobody_is_signed_out()
    {
        await using var rest = await KiloServer.StartAsync(role: "rest,aggregator");
        var port = KiloProcess.FreePort();
        var users = await KiloServer.StartAsync(role: "rest", over: rest, port: port);
        await using var bff = await KiloServer.StartAsync(Site.At(rest.Port, port), role: "bff", over: rest);
        using var admin = await bff.Anonymous.BrowseAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);

        await users.DisposeAsync();

        (await admin.GetAsync("/api/session")).ShouldBeProblem(503, "users-unavailable").Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        (await bff.Anonymous.TrySessionAsync(KiloServer.AdminEmail, KiloServer.AdminPassword)).ShouldBeProblem(503, "users-unavailable").Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        // What a session may do, each part knows by itself.
        (await admin.GetAsync("/api/documents")).ShouldBe(HttpStatusCode.OK);
        // A sign-out that could not end the session for good does not pretend to.
        (await admin.DeleteAsync("/api/session")).ShouldBeProblem(503, "users-unavailable");
        await using var returned = await KiloServer.StartAsync(role: "rest", over: rest, port: port);
        (await admin.DeleteAsync("/api/session")).ShouldBe(HttpStatusCode.NoContent);
        (await admin.GetAsync("/api/documents")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_part_that_does_not_answer_is_waited_for_until_nothing_has_moved_for_too_long()
    {
        var asked = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            http.RequestAborted.Register(() => asked.TrySetResult());
            await asked.Task;
        }, Impatient);

        var answer = (await upstream.Anonymous.GetAsync("/api/documents")).ShouldBeProblem(504, "documents-too-slow", "documents");

        answer.Header("Retry-After").ShouldNotBeEmpty();
        await Eventually.Ends("the other side to hear that nobody waits any more", asked.Task);
    }

    [Fact]
    public async Task A_part_that_is_slow_but_moves_is_waited_for()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            for (var i = 0; i < Steps; i++)
            {
                await http.Response.WriteAsync($"{i}");
                await Task.Delay(Step);
            }
        }, Patient);

        (await upstream.Anonymous.GetAsync("/api/documents")).ShouldBe(HttpStatusCode.OK).Text.ShouldBe("01234");
    }

    [Fact]
    public async Task A_browser_that_uploads_slowly_is_waited_for()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync(await reader.ReadToEndAsync());
        }, Patient);
        using var wire = await Wire.ToAsync(upstream.Bff);
        await wire.SendAsync($"POST /api/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Steps}\r\nConnection: close\r\n\r\n");

        for (var i = 0; i < Steps; i++)
        {
            await wire.SendAsync($"{i}");
            await Task.Delay(Step);
        }

        (await wire.HeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        await wire.UntilAsync("01234");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_whose_source_dies_is_never_taken_for_the_whole(bool announced)
    {
        var die = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            http.Response.ContentLength = announced ? 1_000_000 : null;
            http.Response.Headers.ETag = "\"tag\"";
            await http.Response.Body.WriteAsync(new byte[100_000]);
            await die.Task;
            http.Abort();
        });

        using var response = await upstream.Anonymous.Http.GetAsync(new Uri("/api/documents/x/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[100_000]);
        die.SetResult();

        await Should.ThrowAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1]));
    }

    [Fact]
    public async Task A_download_that_stops_moving_is_never_taken_for_the_whole()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await http.Response.Body.WriteAsync(new byte[1_000]);
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }, Impatient);

        using var response = await upstream.Anonymous.Http.GetAsync(new Uri("/api/documents/x/content", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1_000]);

        await Should.ThrowAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_part_that_dies_before_its_first_byte_is_unavailable(bool withHeaders)
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            if (withHeaders)
            {
                http.Response.ContentLength = 100;
                http.Response.Headers.ContentEncoding = "br";
                http.Response.Headers.ETag = "\"tag\"";
                http.Response.Headers["Content-Disposition"] = "attachment";
                http.Response.Headers["Content-Range"] = "bytes 0-99/200";
                await http.Response.Body.FlushAsync();
            }
            http.Abort();
        });

        var answer = (await upstream.Anonymous.GetAsync("/api/documents")).ShouldBeProblem(503, "documents-unavailable");

        foreach (var name in new[] { "Content-Encoding", "ETag", "Content-Disposition", "Content-Range" })
        {
            answer.Headers.ContainsKey(name).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(400_000)]
    [InlineData(30_000_000)]
    public async Task A_part_that_dies_while_it_is_sent_a_body_is_unavailable(int size)
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await http.Request.Body.ReadExactlyAsync(new byte[100_000]);
            http.Abort();
        });
        using var form = new ByteArrayContent(new byte[size]);
        form.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        (await upstream.Anonymous.SendAsync(HttpMethod.Post, "/api/documents", form)).ShouldBeProblem(503, "documents-unavailable");
    }

    [Fact]
    public async Task A_part_that_stops_taking_a_body_is_too_slow()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await http.Request.Body.ReadExactlyAsync(new byte[100_000]);
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }, Impatient);
        using var form = new ByteArrayContent(new byte[30_000_000]);

        (await upstream.Anonymous.SendAsync(HttpMethod.Post, "/api/documents", form)).ShouldBeProblem(504, "documents-too-slow");
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(30_000_000)]
    public async Task A_refusal_in_the_middle_of_a_body_comes_through(int size)
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await http.Request.Body.ReadExactlyAsync(new byte[50_000]);
            http.Response.StatusCode = 413;
            http.Response.ContentType = "application/problem+json";
            await http.Response.WriteAsync("""{"type":"urn:kilo:problem:file-too-large","title":"Too Large","status":413,"detail":"Too large."}""");
        });
        using var form = new ByteArrayContent(new byte[size]);

        (await upstream.Anonymous.SendAsync(HttpMethod.Post, "/api/documents", form)).ShouldBeProblem(413, "file-too-large");
    }

    [Theory]
    [InlineData("text/html", "<h1>502 Bad Gateway</h1>", 502)]
    [InlineData("application/json", "{}", 500)]
    [InlineData("application/problem+json", "{}", 500)]
    [InlineData("application/json", "not json", 200)]
    [InlineData("text/html", "<h1>Welcome to nginx</h1>", 200)]
    public async Task What_is_no_answer_of_an_API_is_a_part_that_is_away(string type, string body, int status)
    {
        await using var upstream = await Upstream.StartAsync(http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type);
            return http.Response.WriteAsync(body);
        });

        (await upstream.Anonymous.TrySessionAsync("a@example.org")).ShouldBeProblem(503, "users-unavailable").Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        var counts = (await upstream.Anonymous.GetAsync("/api/portal")).ShouldBe(HttpStatusCode.OK).Json;
        (counts["users"], counts["documents"]).ShouldBe((null, null));
    }
}
