using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

/// <summary>
/// Deny by default: who may do what, for every route. 404 is what somebody gets for a document that exists but is not theirs to see;
/// an administrator is no exception. A route that is not in the table fails.
/// </summary>
public sealed class RouteRoleTests(RouteWorld world) : IClassFixture<RouteWorld>
{
    private static readonly Func<RouteWorld, HttpContent> File = _ => KiloClient.Form(Bytes.Of($"bytes {Guid.NewGuid()}"), "file.txt", null);
    private static readonly Func<RouteWorld, Task<string>> OwnerHerself = w => Task.FromResult($"/api/users/{w.Owner.UserId}");

    private static readonly Func<RouteWorld, HttpContent> SignIn = _ => RouteWorld.Json(new { email = KiloServer.AdminEmail, password = KiloServer.AdminPassword });

    private static readonly (string, string)[] OfBrowser = [("Kilo-CSRF", "1")];

    private static readonly Row[] Table =
    [
        //                                                              nobody  owner  other  admin  dead token
        new("POST /api/documents", null,                                   401,   201,   201,   201,   401) { Body = File },
        new("POST /api/documents", "into the owner's library",             401,   201,   404,   404,   401) { Body = w => KiloClient.Form(Bytes.Of("x"), "x.txt", new { library = w.Owner.UserId }) },
        new("POST /api/documents", "into the shared library",              401,   201,   201,   201,   401) { Body = _ => KiloClient.Form(Bytes.Of("x"), "x.txt", new { library = "shared" }) },
        new("GET /api/documents", null,                                    401,   200,   200,   200,   401),
        new("GET /api/documents", "of the owner's library",                401,   200,   404,   404,   401) { Path = w => Task.FromResult($"/api/documents?library={w.Owner.UserId}") },
        new("GET /api/documents", "of the owner's trash",                  401,   200,   404,   404,   401) { Path = w => Task.FromResult($"/api/documents?trashed=true&library={w.Owner.UserId}") },
        new("GET /api/documents/count", null,                              200,   200,   200,   200,   200),
        new("GET /api/documents/{id}", null,                               401,   200,   404,   404,   401),
        new("GET /api/documents/{id}", "in the trash",                     401,   200,   404,   404,   401) { Path = w => TrashedAsync(w, "") },
        new("PATCH /api/documents/{id}", null,                             401,   200,   404,   404,   401) { Body = _ => RouteWorld.Json(new { title = "Another title" }) },
        new("DELETE /api/documents/{id}", null,                            401,   204,   404,   404,   401),
        new("DELETE /api/documents/{id}", "for good",                      401,   204,   404,   404,   401) { Path = async w => $"/api/documents/{await w.DocumentAsync()}?purge=true" },
        new("POST /api/documents/{id}/restore", null,                      401,   200,   404,   404,   401) { Path = w => TrashedAsync(w, "/restore") },
        new("GET /api/documents/{id}/timeline", null,                      401,   200,   404,   404,   401),
        new("GET /api/documents/{id}/content", null,                       401,   200,   404,   404,   401),
        new("GET /api/documents/{id}/content", "in the trash",             401,   200,   404,   404,   401) { Path = w => TrashedAsync(w, "/content") },
        new("HEAD /api/documents/{id}/content", null,                      401,   200,   404,   404,   401),
        new("POST /api/documents/{id}/versions", null,                     401,   201,   404,   404,   401) { Body = File },
        new("GET /api/documents/{id}/versions", null,                      401,   200,   404,   404,   401),
        new("GET /api/documents/{id}/versions/{number}", null,             401,   200,   404,   404,   401),
        new("GET /api/documents/{id}/versions/{number}/content", null,     401,   200,   404,   404,   401),
        new("HEAD /api/documents/{id}/versions/{number}/content", null,    401,   200,   404,   404,   401),
        new("POST /api/documents/{id}/versions/{number}/restore", null,    401,   201,   404,   404,   401),

        new("OPTIONS /api/uploads", null,                                  204,   204,   204,   204,   204),
        new("POST /api/uploads", null,                                     401,   201,   201,   201,   401) { Headers = RouteWorld.Resumable(("Upload-Length", "5"), ("Upload-Metadata", "filename YS50eHQ=")) },
        new("POST /api/uploads", "without its protocol's version",         401,   412,   412,   412,   401),
        new("HEAD /api/uploads/{id}", null,                                401,   200,   404,   404,   401) { Path = w => w.UploadAsync(), Headers = RouteWorld.Resumable() },
        new("PATCH /api/uploads/{id}", null,                               401,   204,   404,   404,   401) { Path = w => w.UploadAsync(), Headers = RouteWorld.Resumable(("Upload-Offset", "0")), Body = _ => RouteWorld.Piece("abc") },
        new("PATCH /api/uploads/{id}", "the last piece",                   401,   204,   404,   404,   401) { Path = w => w.UploadAsync(), Headers = RouteWorld.Resumable(("Upload-Offset", "0")), Body = _ => RouteWorld.Piece("abcde") },
        new("DELETE /api/uploads/{id}", null,                              401,   204,   404,   404,   401) { Path = w => w.UploadAsync(), Headers = RouteWorld.Resumable() },

        new("GET /api/folders", null,                                      401,   200,   200,   200,   401),
        new("GET /api/folders", "of the owner's library",                  401,   200,   404,   404,   401) { Path = w => Task.FromResult($"/api/folders?library={w.Owner.UserId}") },
        new("GET /api/activity", null,                                     401,   200,   200,   200,   401),
        new("GET /api/live", null,                                         401,   200,   200,   200,   401),

        new("POST /api/archives", "of a document",                         401,   201,   404,   404,   401) { Body = w => RouteWorld.Json(new { documents = new[] { w.Document } }) },
        new("POST /api/archives", "of the owner's library",                401,   201,   404,   404,   401) { Body = w => RouteWorld.Json(new { library = w.Owner.UserId }) },
        new("GET /api/archives/{ticket}", null,                            401,   200,   404,   404,   401) { Path = w => w.ArchiveAsync() },

        new("POST /api/login", null,                                       200,   200,   200,   200,   200) { Body = SignIn },
        new("POST /api/users", null,                                       401,   403,   403,   201,   401) { Body = _ => NewUser("member") },
        new("POST /api/users", "an administrator",                         401,   403,   403,   201,   401) { Body = _ => NewUser("admin") },
        new("GET /api/users", null,                                        401,   403,   403,   200,   401),
        new("GET /api/users/count", null,                                  200,   200,   200,   200,   200),
        new("GET /api/users/me", null,                                     401,   200,   200,   200,   401),
        new("GET /api/users/{id}", null,                                   401,   200,   404,   200,   401) { Path = OwnerHerself },
        new("PATCH /api/users/{id}", null,                                 401,   200,   404,   200,   401) { Path = OwnerHerself, Body = _ => RouteWorld.Json(new { displayName = "Olga again" }) },
        new("PATCH /api/users/{id}", "the role",                           401,   403,   404,   200,   401) { Path = OwnerHerself, Body = _ => RouteWorld.Json(new { role = "member" }) },
        new("PATCH /api/users/{id}", "whether she may sign in",            401,   403,   404,   200,   401) { Path = OwnerHerself, Body = _ => RouteWorld.Json(new { disabled = false }) },
        new("POST /api/tokens", null,                                      401,   201,   201,   201,   401) { Body = _ => RouteWorld.Json(new { name = "Script" }) },
        new("GET /api/tokens", null,                                       401,   200,   200,   200,   401),
        new("DELETE /api/tokens/{id}", null,                               401,   204,   404,   404,   401) { Path = async w => $"/api/tokens/{(await RouteWorld.TokenAsync(w.Owner)).Id}" },
        new("DELETE /api/tokens/current", null,                            401,   204,   204,   204,   401) { NeedsTokenOfItsOwn = true },

        new("GET /api/reports/summary", null,                              401,   403,   403,   200,   401),
        new("GET /api/reports/activity", null,                             401,   403,   403,   200,   401),
        new("GET /api/reports/storage", null,                              401,   403,   403,   200,   401),
        new("GET /api/reports/people", null,                               401,   403,   403,   200,   401),
        new("GET /api/reports/people", "as CSV",                           401,   403,   403,   200,   401) { Headers = [("Accept", "text/csv")] },
        new("GET /api/reports/libraries", null,                            401,   403,   403,   200,   401),
        new("GET /api/reports/documents/top", null,                        401,   403,   403,   200,   401),
        new("POST /api/reports/sql", null,                                 401,   403,   403,   200,   401) { Body = _ => RouteWorld.Json(new { sql = "SELECT count(*) FROM users" }) },
        new("POST /api/reports/sql", "to write",                           401,   403,   403,   400,   401) { Body = _ => RouteWorld.Json(new { sql = "DELETE FROM users" }) },
        new("DELETE /api/reports/sql/{id}", "that does not run",           401,   403,   403,   404,   401) { Path = _ => Task.FromResult($"/api/reports/sql/{Guid.NewGuid()}") },
        new("GET /api/reports/runs", null,                                 401,   403,   403,   200,   401),
        new("GET /api/reports/retention", null,                            401,   403,   403,   200,   401),
        new("GET /api/reports/queries", null,                              401,   403,   403,   200,   401),
        new("PUT /api/reports/queries/{id}", null,                         401,   403,   403,   204,   401) { Path = _ => Task.FromResult($"/api/reports/queries/{Guid.NewGuid()}"), Body = _ => RouteWorld.Json(new { name = "All", sql = "SELECT 1" }) },
        new("DELETE /api/reports/queries/{id}", "that is not there",       401,   403,   403,   404,   401) { Path = _ => Task.FromResult($"/api/reports/queries/{Guid.NewGuid()}") },
        new("GET /api/reports/schema", null,                               401,   403,   403,   200,   401),

        // A token is no session: the table's second half says what a session gets.
        new("POST /api/session", null,                                     200,   200,   200,   200,   200) { Body = SignIn, Headers = OfBrowser, NeedsTokenOfItsOwn = true },
        new("POST /api/session", "a wrong password",                       401,   401,   401,   401,   401) { Body = _ => RouteWorld.Json(new { email = $"{Guid.NewGuid():N}@example.org", password = "wrong" }), Headers = OfBrowser },
        new("GET /api/session", null,                                      401,   401,   401,   401,   401) { InBrowser = new("GET /api/session", null, 401, 200, 200, 200, 401) },
        new("DELETE /api/session", null,                                   204,   204,   204,   204,   204) { Headers = OfBrowser, NeedsTokenOfItsOwn = true },
        new("GET /api/portal", null,                                       200,   200,   200,   200,   200),
        new("GET /api/operations", null,                                   401,   403,   403,   200,   401),
        new("GET /api/operations/documents", null,                         401,   403,   403,   200,   401),
        new("GET /api/operations/users", null,                             401,   403,   403,   200,   401),
        new("GET /api/operations/reporting", null,                         401,   403,   403,   200,   401),
    ];

    // Served beside the API, and no part of its description.
    private static readonly Row[] Undocumented =
    [
        new("GET /health/live", null,                                      200,   200,   200,   200,   200),
        new("GET /health/ready", null,                                     200,   200,   200,   200,   200),
        new("GET /metrics", null,                                          200,   200,   200,   200,   200),
        new("GET /openapi/v1.json", null,                                  200,   200,   200,   200,   200),
        new("GET /docs", null,                                             301,   301,   301,   301,   301),
        new("GET /docs/index.html", null,                                  200,   200,   200,   200,   200),
        new("GET /", null,                                                 404,   404,   404,   404,   404),
        new("GET /api/nothing", "no such route",                           404,   404,   404,   404,   404),
    ];

    public static TheoryData<string> Rows => [.. Table.Concat(Undocumented).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_route_answers_each_role_as_the_table_says(string name) => ShouldAnswerAsync(name, inBrowser: false);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_route_answers_a_session_of_each_role_as_it_does_a_token(string name) => ShouldAnswerAsync(name, inBrowser: true);

    private async Task ShouldAnswerAsync(string name, bool inBrowser)
    {
        var row = Table.Concat(Undocumented).Single(r => r.Name == name);
        var expected = inBrowser ? row.InBrowser ?? row : row;
        var differences = new List<string>();
        foreach (var asker in Enum.GetValues<Asker>())
        {
            var answer = await world.SendAsync(row, asker, inBrowser);
            if ((int)answer.Status != expected.For(asker))
            {
                differences.Add($"{asker}: {(int)answer.Status} instead of {expected.For(asker)}. {answer.Text}");
            }
            if ((int)answer.Status >= 400 && !name.StartsWith("HEAD", StringComparison.Ordinal))
            {
                ProblemTests.ShouldBeAProblem(answer);
            }
        }
        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_route_of_the_API_is_in_the_table_and_the_table_names_no_route_that_is_gone()
    {
        var described = await OperationsAsync(world.Anonymous);
        described.Count.ShouldBeGreaterThan(20);
        described.Except(Table.Select(r => r.Operation)).ShouldBeEmpty("Say in the table who may use these.");
        // A description may leave HEAD to the GET that it belongs to.
        Table.Select(r => r.Operation).Except(described).Where(o => !o.StartsWith("HEAD ", StringComparison.Ordinal)).ShouldBeEmpty("These are in the table and not in the API.");
    }

    [Fact]
    public async Task A_list_shows_nobody_a_document_of_somebody_else()
    {
        var document = await world.DocumentAsync();
        foreach (var asker in new[] { Asker.Other, Asker.Administrator })
        {
            foreach (var path in new[] { "/api/documents", "/api/documents?q=file", "/api/documents?trashed=true" })
            {
                (await world.As(asker).ListAsync(path)).ShouldNotContain(d => d["id"]!.GetValue<Guid>() == document, $"{asker} sees it at {path}.");
            }
        }
        (await world.Owner.ListAsync("/api/documents")).ShouldContain(d => d["id"]!.GetValue<Guid>() == document);
    }

    internal static async Task<IReadOnlyList<string>> OperationsAsync(KiloClient client)
    {
        var description = (await client.GetAsync("/openapi/v1.json")).Json;
        return [.. description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(o => o.Value is JsonObject).Select(o => $"{o.Key.ToUpperInvariant()} {path.Key}"))];
    }

    private static async Task<string> TrashedAsync(RouteWorld world, string rest)
    {
        var document = await world.DocumentAsync();
        (await world.Owner.DeleteAsync($"/api/documents/{document}")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        return $"/api/documents/{document}{rest}";
    }

    private static HttpContent NewUser(string role) =>
        RouteWorld.Json(new { email = $"{Guid.NewGuid():N}@example.org", password = "correct horse", displayName = "Nina", role });
}
