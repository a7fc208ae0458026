using System.Net;
using Kilo.Reporting.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Reporting.Tests.Reports;

/// <summary>SQL over HTTP. What a statement may is the engines' suite.</summary>
public sealed class SqlTests(ReportTests.Desk desk) : IClassFixture<ReportTests.Desk>
{
    private readonly KiloServer _server = desk.Server;

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Every_published_table_can_be_asked_for_with_every_column(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var position = await Life.LiveAsync(server);
        var tables = (await server.ReportAsync("/schema", position)).Json["tables"]!.AsArray();

        foreach (var table in tables)
        {
            var columns = table!["columns"]!.AsArray().Select(c => c!["name"]!.GetValue<string>()).ToList();
            var answer = (await server.Admin.PostAsync("/api/reports/sql", new { sql = $"SELECT {string.Join(", ", columns)} FROM reporting.{table["name"]}" })).ShouldBe(HttpStatusCode.OK);
            answer.Json["columns"]!.AsArray().Select(c => c!["name"]!.GetValue<string>()).ShouldBe(columns);
            if (table["name"]!.GetValue<string>() != "queries")
            {
                answer.Json["rows"]!.AsArray().Count.ShouldBeGreaterThan(0, table["name"]!.GetValue<string>());
            }
        }
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Tokens_are_in_no_table_that_SQL_sees(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        await server.ReportAsync("/summary", await server.PositionAsync());

        foreach (var table in new[] { "tokens", "kilo_reporting.tokens", "users_1", "parked", "checkpoint" })
        {
            (await server.Admin.PostAsync("/api/reports/sql", new { sql = $"SELECT * FROM {table}" })).Status.ShouldBe(HttpStatusCode.BadRequest, table);
        }
    }

    [Fact]
    public async Task An_answer_is_CSV_where_that_is_asked_for()
    {
        var csv = await _server.Admin.PostAsync("/api/reports/sql?format=csv", new { sql = "SELECT 1 AS one, 'a,b' AS \"two, too\", NULL AS empty" });

        csv.ShouldBe(HttpStatusCode.OK).Text.ShouldBe("one,\"two, too\",empty\r\n1,\"a,b\",\r\n");
    }

    [Fact]
    public async Task A_running_statement_can_be_cancelled()
    {
        var id = Guid.NewGuid();
        var asked = _server.Admin.PostAsync("/api/reports/sql", new { id, timeoutSeconds = 60, sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n" });

        await Eventually.Async("the statement to run and to be cancelled", async () => (await _server.Admin.DeleteAsync($"/api/reports/sql/{id}")).Status == HttpStatusCode.NoContent);

        (await asked).ShouldBeProblem(409, "sql-cancelled");
        (await _server.Admin.DeleteAsync($"/api/reports/sql/{id}")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("DELETE FROM users", null, null, "sql-refused", "SELECT")]
    [InlineData("SELECT color FROM users", null, null, "sql-invalid", "color")]
    [InlineData("SELECT 1", 0, null, "invalid-limit", "10000")]
    [InlineData("SELECT 1", 10_001, null, "invalid-limit", "10000")]
    [InlineData("SELECT 1", null, 61, "invalid-timeout", "60")]
    public async Task What_cannot_be_is_refused_in_a_sentence(string sql, int? maxRows, int? timeoutSeconds, string code, string named) =>
        (await _server.Admin.PostAsync("/api/reports/sql", new { sql, maxRows, timeoutSeconds })).ShouldBeProblem(400, code, named);

    [Fact]
    public async Task A_statement_that_takes_too_long_is_told_so() =>
        (await _server.Admin.PostAsync("/api/reports/sql", new { timeoutSeconds = 1, sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n" }))
            .ShouldBeProblem(422, "sql-too-slow", "1 s", "60");
}
