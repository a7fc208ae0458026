using System.Net;
using System.Text;
using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

/// <summary>Whatever goes wrong, the answer is problem details (RFC 9457) with a sentence, and never an exception's text.</summary>
public sealed class ProblemTests(Running running) : IClassFixture<Running>
{
    private static readonly string[] Refused =
    [
        "GET /api/documents?limit=0 -> 400", "GET /api/documents?limit=abc -> 400", "GET /api/documents?cursor=!!! -> 400", "GET /api/documents?library=nobodys -> 404",
        "GET /api/documents/not-a-guid -> 404", "GET /api/documents/00000000-0000-0000-0000-000000000001 -> 404", "GET /nowhere -> 404", "GET /api -> 404",
        "PUT /api/documents -> 405", "DELETE /api/users -> 405", "POST /api/documents -> 415",
        "POST /api/tokens {\"name\":\"\"} -> 400", "POST /api/tokens {\"name\":null} -> 400", "POST /api/tokens {broken -> 400", "POST /api/tokens {\"nmae\":\"x\"} -> 400",
        "POST /api/users {\"email\":\"admin@example.org\",\"password\":\"correct horse\",\"displayName\":\"Again\"} -> 409",
        "POST /api/users {\"email\":\"nobody\",\"password\":\"correct horse\",\"displayName\":\"Nobody\"} -> 400",
        "POST /api/login {\"email\":\"admin@example.org\",\"password\":\"wrong\"} -> 401",
    ];

    public static TheoryData<string> Requests => [.. Refused];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_cannot_be_served_is_answered_with_a_problem(string request)
    {
        var (asked, status) = (request.Split(" -> ")[0].Split(' ', 3), int.Parse(request.Split(" -> ")[1], System.Globalization.CultureInfo.InvariantCulture));
        using var body = asked.Length > 2 ? new StringContent(asked[2], Encoding.UTF8, "application/json") : null;
        var answer = await running.Admin.SendAsync(new HttpMethod(asked[0]), asked[1], body);
        ((int)answer.Status).ShouldBe(status, answer.Text);
        ShouldBeAProblem(answer);
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        using var text = new StringContent("name=Script", Encoding.UTF8, "text/plain");
        var answer = await running.Admin.SendAsync(HttpMethod.Post, "/api/tokens", text);
        answer.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        ShouldBeAProblem(answer);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_the_limit()
    {
        var answer = await running.Admin.PostAsync("/api/tokens", new { name = new string('x', 2_000_000) });
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        ShouldBeAProblem(answer);
        answer.Text.ShouldContain("1 MiB");
    }

    [Fact]
    public async Task Preconditions_ranges_and_reused_keys_are_refused_as_problems()
    {
        var document = await running.Admin.AddedAsync(Bytes.Of("content"));
        var behind = await running.Admin.AddVersionAsync(document, Bytes.Of("late"), headers: ("If-Match", "\"nothing\""));
        behind.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        ShouldBeAProblem(behind);
        var beyond = await running.Admin.GetAsync($"/api/documents/{document}/content", ("Range", "bytes=1000-"));
        beyond.Status.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        beyond.Header("Content-Range").ShouldBe("bytes */7");
        ShouldBeAProblem(beyond);
        await running.Admin.AddAsync(Bytes.Of("a"), headers: ("Idempotency-Key", "once"));
        var reused = await running.Admin.AddAsync(Bytes.Of("b"), headers: ("Idempotency-Key", "once"));
        reused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ShouldBeAProblem(reused);
        await running.Admin.DeleteAsync($"/api/documents/{document}");
        var trashed = await running.Admin.AddVersionAsync(document, Bytes.Of("into the trash"));
        trashed.Status.ShouldBe(HttpStatusCode.Conflict);
        ShouldBeAProblem(trashed);
    }

    [Fact]
    public async Task Guessing_a_password_is_slowed_down()
    {
        var guess = new { email = "somebody@example.org", password = "a guess" };
        for (var i = 0; i < 10; i++)
        {
            (await running.Anonymous.PostAsync("/api/login", guess)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }
        var refused = await running.Anonymous.PostAsync("/api/login", guess);
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Header("Retry-After").ShouldNotBeEmpty();
        ShouldBeAProblem(refused);
    }

    [Theory]
    [InlineData("Bearer kilo_nonsense")]
    [InlineData("Bearer")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task What_is_no_token_is_refused(string authorization)
    {
        var answer = await running.Anonymous.GetAsync("/api/documents", ("Authorization", authorization));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        ShouldBeAProblem(answer);
    }

    [Fact]
    public async Task A_disabled_members_tokens_and_password_stop_working()
    {
        using var member = await running.Admin.AddMemberAsync("Dora");
        var email = (await member.GetAsync("/api/users/me")).Json["email"]!.GetValue<string>();
        (await running.Admin.PatchAsync($"/api/users/{member.UserId}", new { disabled = true })).Status.ShouldBe(HttpStatusCode.OK);
        // Documents has its own copy of people: it may hear of it a moment later.
        await Testing.Eventually.Async("documents to have heard of it", async () => (await member.GetAsync("/api/documents")).Status == HttpStatusCode.Unauthorized);
        (await member.GetAsync("/api/users/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await running.Anonymous.PostAsync("/api/login", new { email, password = "correct horse" })).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    internal static void ShouldBeAProblem(Answer answer)
    {
        answer.Header("Content-Type").ShouldStartWith("application/problem+json", Case.Sensitive, answer.Text);
        answer.Json["status"]!.GetValue<int>().ShouldBe((int)answer.Status);
        answer.Json["type"]!.GetValue<string>().ShouldStartWith("urn:kilo:problem:");
        answer.Json["title"]!.GetValue<string>().ShouldNotBeEmpty();
        answer.Json["detail"]!.GetValue<string>().ShouldEndWith(".");
        answer.Text.ShouldNotContain("Exception");
        answer.Text.ShouldNotContain("   at ");
    }
}
