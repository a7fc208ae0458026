using System.Net;
using System.Text.Json.Nodes;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.Tests.Reports;

/// <summary>Runs, what is pruned, and what is saved.</summary>
public sealed class RunTests
{
    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_run_is_recorded_from_its_start_to_its_end(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var second = await under.StartAsync(server, role: "aggregator");
        (await server.ReportAsync("/runs", await server.PositionAsync())).Json["items"]!.AsArray().Count(r => r!["outcome"]!.GetValue<string>() == "running").ShouldBe(2);

        await second.StopAsync();

        var runs = (await server.ReportAsync("/runs", await server.PositionAsync())).Json["items"]!.AsArray();
        runs.Select(r => r!["outcome"]!.GetValue<string>()).ShouldBe(["running", "done"], ignoreOrder: true);
        var done = runs.Single(r => r!["outcome"]!.GetValue<string>() == "done")!;
        done["kind"]!.GetValue<string>().ShouldBe("fold");
        done["durationMs"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(0);
        done["error"].ShouldBeNull();
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Detail_that_is_too_old_becomes_totals_of_its_month_and_the_sums_stay(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        // Months apart, and the last one young enough to be kept.
        var time = new ManualTime(new DateTimeOffset(2024, 12, 31, 23, 50, 0, TimeSpan.Zero));
        var server = await under.StartAsync(time: time);
        for (var month = 0; month < 4; month++)
        {
            var id = await server.Admin.AddedAsync(Life.Bytes($"month {month}"), "a.txt", new { library = "shared" });
            await server.Admin.DownloadAsync(id);
            await Eventually.Async("the download to be a fact", async () => (await LogCount.OfAsync(server.Log)).DownloadsOf.Values.Sum() == month + 1);
            time.Advance(TimeSpan.FromHours(1));
            await server.Admin.AddVersionAsync(id, Life.Bytes($"month {month} again"));
            time.Advance(TimeSpan.FromDays(28));
        }
        time.Advance(new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero) - time.Now);
        const string All = "/activity?bucket=month&from=2024-11-01&to=2026-03-31";
        var position = await server.PositionAsync();
        var (activity, people) = ((await server.ReportAsync(All, position)).Text, (await server.ReportAsync("/people?from=2024-11-01&to=2026-03-31", position)).Json["items"]![0]!["versions"]!.GetValue<long>());
        var relations = server.Services.GetRequiredKeyedService<IRelations>("reporting");
        var dry = (await server.ReportAsync("/retention", position)).Json;
        dry["before"]!.GetValue<DateTimeOffset>().ShouldBe(new DateTimeOffset(2025, 3, 1, 0, 0, 0, TimeSpan.Zero));
        (dry["activityRows"]!.GetValue<long>(), dry["downloads"]!.GetValue<long>()).ShouldBe((6, 3));
        (await CountAsync("activity", relations)).ShouldBe(8);

        // The next aggregator that starts prunes, and once more finds nothing.
        var pruning = await under.StartAsync(server, role: "aggregator", time: time);
        await Eventually.Async("the run to be recorded", async () => (await PrunesAsync()).Any(r => r["outcome"]!.GetValue<string>() == "done"));
        await pruning.StopAsync();
        await (await under.StartAsync(server, role: "aggregator", time: time)).StopAsync();

        (await CountAsync("activity", relations)).ShouldBe(5);
        (await CountAsync("downloads", relations)).ShouldBe(1);
        (await server.ReportAsync("/people?from=2024-11-01&to=2026-03-31", position)).Json["items"]![0]!["versions"]!.GetValue<long>().ShouldBe(people);
        var pruned = (await PrunesAsync()).ShouldHaveSingleItem();
        (pruned["outcome"]!.GetValue<string>(), pruned["events"]!.GetValue<long>()).ShouldBe(("done", 9));
        (await server.ReportAsync("/retention", position)).Json["activityRows"]!.GetValue<long>().ShouldBe(0);
        (await server.ReportAsync(All, position)).Text.ShouldBe(activity);
        // What is pruned is still what the log makes, month by month.
        (await ViewsCheck.OfAsync(server)).ShouldBeEmpty();
        await relations.WriteAsync(["activity_1"], [new("UPDATE {activity_1} SET versions = versions + 1 WHERE quarter = (SELECT min(quarter) FROM {activity_1})", [])], CancellationToken.None);
        (await ViewsCheck.OfAsync(server)).ShouldContain(d => d.Table == "activity_1");

        async Task<List<JsonNode>> PrunesAsync() =>
            [.. (await server.ReportAsync("/runs", await server.PositionAsync())).Json["items"]!.AsArray().Select(r => r!).Where(r => r["kind"]!.GetValue<string>() == "prune")];
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_statement_is_saved_changed_listed_and_dropped(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var id = Guid.NewGuid();
        (await PutAsync(new { name = "Most", sql = "SELECT 1" })).ShouldBe(HttpStatusCode.NoContent);
        (await PutAsync(new { name = " Most of all ", sql = "SELECT 2" })).ShouldBe(HttpStatusCode.NoContent);

        var saved = (await server.Admin.GetAsync("/api/reports/queries")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        (saved["id"]!.GetValue<Guid>(), saved["name"]!.GetValue<string>(), saved["sql"]!.GetValue<string>(), saved["savedBy"]!.GetValue<Guid>()).ShouldBe((id, "Most of all", "SELECT 2", server.Admin.UserId));

        (await PutAsync(new { name = " ", sql = "SELECT 2" })).ShouldBeProblem(400, "invalid-name", "100");
        (await server.Admin.DeleteAsync($"/api/reports/queries/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await server.Admin.DeleteAsync($"/api/reports/queries/{id}")).ShouldBeProblem(404, "not-found");
        (await server.Admin.GetAsync("/api/reports/queries")).Json["items"]!.AsArray().ShouldBeEmpty();

        Task<Answer> PutAsync(object body) => server.Admin.SendAsync(HttpMethod.Put, $"/api/reports/queries/{id}", System.Net.Http.Json.JsonContent.Create(body));
    }

    private static async Task<long> CountAsync(string table, IRelations relations) =>
        (await relations.ReadAsync($"SELECT count(*) FROM reporting.{table}", [], CancellationToken.None).FirstAsync()).Number(0);
}
