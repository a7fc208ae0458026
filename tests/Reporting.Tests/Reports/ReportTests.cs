using System.Text.Json.Nodes;
using Kilo.Reporting.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Reporting.Tests.Reports;

/// <summary>What the reports say, on the embedded engine; that both engines say the same is for the fold's tests.</summary>
public sealed class ReportTests(ReportTests.Desk desk) : IClassFixture<ReportTests.Desk>
{
    private readonly KiloServer _server = desk.Server;
    private readonly string _position = desk.Position;

    /// <summary>One server for all, with one document.</summary>
    public sealed class Desk : IAsyncLifetime
    {
        private EngineUnderTest _engine = null!;

        public KiloServer Server { get; private set; } = null!;

        public string Position { get; private set; } = "";

        public async Task InitializeAsync()
        {
            _engine = await EngineUnderTest.CreateAsync(Engine.Sqlite);
            // A quarter of an hour past Berlin's midnight, which in UTC is still the day before.
            Server = await _engine.StartAsync(time: new ManualTime(new DateTimeOffset(2026, 3, 9, 23, 20, 0, TimeSpan.Zero)));
            var added = await Server.Admin.AddAsync(Life.Bytes("one"), "one.txt", new { library = "shared", title = "=formula, \"quoted\".txt" });
            Position = added.ShouldBe(System.Net.HttpStatusCode.Created).Header("Kilo-Position");
        }

        public Task DisposeAsync() => _engine.DisposeAsync().AsTask();
    }

    [Theory]
    [InlineData("UTC", "2026-03-09")]
    [InlineData("Europe/Berlin", "2026-03-10")]
    [InlineData("America/New_York", "2026-03-09")]
    [InlineData("Asia/Kathmandu", "2026-03-10")]
    public async Task A_day_is_a_day_of_the_caller(string zone, string day)
    {
        var items = await ActivityAsync($"tz={zone}&from=2026-03-01&to=2026-03-31");

        items.Count.ShouldBe(31);
        items.Single(i => i["versions"]!.GetValue<long>() == 1)["start"]!.GetValue<string>().ShouldBe(day);
        items.Sum(i => i["documents"]!.GetValue<long>()).ShouldBe(1);
    }

    [Theory]
    [InlineData("from=2026-03-10&to=2026-03-10&tz=Europe/Berlin", 1)]
    [InlineData("from=2026-03-09&to=2026-03-09&tz=Europe/Berlin", 0)]
    [InlineData("from=2026-03-09&to=2026-03-09", 1)]
    [InlineData("from=2026-03-10&to=2026-03-10", 0)]
    public async Task Both_days_of_a_range_count_and_no_other(string range, long versions) =>
        (await ActivityAsync(range)).Sum(i => i["versions"]!.GetValue<long>()).ShouldBe(versions);

    [Theory]
    [InlineData("week", "2026-03-04", "2026-03-17", "2026-03-02 2026-03-09 2026-03-16")]
    [InlineData("month", "2026-01-15", "2026-03-31", "2026-01-01 2026-02-01 2026-03-01")]
    public async Task Weeks_begin_on_Monday_and_months_are_those_of_the_calendar(string bucket, string from, string to, string starts)
    {
        var items = await ActivityAsync($"bucket={bucket}&from={from}&to={to}");

        string.Join(' ', items.Select(i => i["start"]!.GetValue<string>())).ShouldBe(starts);
        items.Sum(i => i["versions"]!.GetValue<long>()).ShouldBe(1);
    }

    [Fact]
    public async Task A_day_on_which_the_clock_is_put_forward_at_midnight_begins_later() =>
        // Beirut, 29 March 2026: 00:00 does not exist.
        (await ActivityAsync("tz=Asia/Beirut&from=2026-03-01&to=2026-03-31")).Count.ShouldBe(31);

    [Theory]
    [InlineData("/activity?from=yesterday", "invalid-date", "2026-01-31")]
    [InlineData("/activity?to=2026-02-30", "invalid-date", "to must")]
    [InlineData("/activity?from=2026-03-02&to=2026-03-01", "invalid-range", "after")]
    [InlineData("/activity?from=2000-01-01&to=2026-03-01", "invalid-range", "3660 days")]
    [InlineData("/activity?tz=Mars/Olympus", "invalid-time-zone", "Europe/Berlin")]
    [InlineData("/activity?tz=../../etc/passwd", "invalid-time-zone", "Europe/Berlin")]
    [InlineData("/activity?bucket=hour", "invalid-bucket", "day, week or month")]
    [InlineData("/people?limit=0", "invalid-limit", "1000")]
    [InlineData("/people?limit=1001", "invalid-limit", "1000")]
    [InlineData("/people?format=xml", "invalid-format", "csv or json")]
    [InlineData("/documents/top?by=beauty", "invalid-by", "bytes")]
    public async Task What_cannot_be_is_refused_with_its_limit(string path, string code, string named) =>
        (await _server.Admin.GetAsync("/api/reports" + path)).ShouldBeProblem(400, code, named);

    [Fact]
    public async Task A_list_as_CSV_has_a_header_and_no_formula()
    {
        var csv = await _server.Admin.GetAsync("/api/reports/documents/top?by=bytes", ("Kilo-Wait-For", _position), ("Accept", "text/csv"));

        csv.Header("Content-Type").ShouldBe("text/csv; charset=utf-8; header=present");
        csv.Header("Content-Disposition").ShouldBe("attachment; filename=documents.csv");
        var lines = csv.Text.Split("\r\n");
        lines[0].ShouldBe("id,title,library,library_name,folder,count,versions,bytes,updated_at,is_trashed");
        lines[1].ShouldContain(",\"'=formula, \"\"quoted\"\".txt\",shared,Shared,,3,1,3,2026-03-09T23:20:00.000Z,false");
        lines.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Only_an_administrator_sees_reports()
    {
        using var ada = await _server.Admin.AddMemberAsync("Ada");
        (await ada.GetAsync("/api/reports/summary")).ShouldBeProblem(403, "forbidden");
        (await _server.Anonymous.GetAsync("/api/reports/summary")).ShouldBeProblem(401, "sign-in-needed");
    }

    [Fact]
    public async Task The_schema_explains_every_column()
    {
        var tables = (await _server.Admin.GetAsync("/api/reports/schema")).Json["tables"]!.AsArray();

        tables.Select(t => t!["name"]!.GetValue<string>()).ShouldBe(["users", "libraries", "documents", "versions", "contents", "media_types", "downloads", "activity", "activity_totals", "runs", "queries"]);
        tables.SelectMany(t => t!["columns"]!.AsArray()).ShouldAllBe(c => c!["meaning"]!.GetValue<string>().EndsWith('.'));
    }

    private async Task<List<JsonNode>> ActivityAsync(string query) =>
        [.. (await _server.ReportAsync($"/activity?{query}", _position)).Json["items"]!.AsArray().Select(i => i!)];
}
