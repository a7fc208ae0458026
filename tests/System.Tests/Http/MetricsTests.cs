using System.Net;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Http;

public sealed class MetricsTests(Running running) : IClassFixture<Running>
{
    [Fact]
    public async Task Metrics_are_Prometheus_text_and_tell_of_requests_commits_and_lag()
    {
        var document = await running.Admin.AddedAsync(Bytes.Of("counted"));
        await running.Admin.DownloadAsync(document);
        // Odd names come out as labels of HTTP metrics.
        await running.Anonymous.GetAsync("/nowhere/%22quoted%22\\back");

        var answer = await running.Anonymous.GetAsync("/metrics");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Header("Content-Type").ShouldStartWith("text/plain; version=0.0.4");
        var families = PrometheusText.Read(answer.Text);

        families.ShouldAllBe(f => f.Help.Length > 0);
        var lag = families.Single(f => f.Name == "kilo_pump_lag");
        lag.Type.ShouldBe("gauge");
        var folds = lag.Samples.Select(s => (s.Labels["module"], s.Labels["topic"])).ToList();
        foreach (var fold in new[] { ("documents", "kilo.documents"), ("documents", "kilo.users"), ("users", "kilo.users"), ("users", "kilo.credentials") })
        {
            folds.ShouldContain(fold);
        }
        var requests = families.Single(f => f.Name == "kilo_request_duration_seconds");
        requests.Type.ShouldBe("histogram");
        requests.Samples.ShouldContain(s => s.Name == "kilo_request_duration_seconds_count" && s.Labels["request"] == "AddDocument" && s.Labels["outcome"] == "ok" && s.Value >= 1);
        var commits = families.Single(f => f.Name == "kilo_engine_commit_duration_seconds");
        commits.Type.ShouldBe("histogram");
        commits.Samples.ShouldContain(s => s.Name == "kilo_engine_commit_duration_seconds_count" && s.Labels["engine"] == "log" && s.Value >= 1);
    }

    [Fact]
    public async Task A_counter_only_grows_and_the_lag_comes_back_to_nothing()
    {
        var before = await TotalAsync("kilo_pump_events_total");
        await running.Admin.AddedAsync(Bytes.Of($"one more {Guid.NewGuid()}"));
        await Eventually.Async("the folded event to be counted", async () => await TotalAsync("kilo_pump_events_total") > before);
        await Eventually.Async("the lag to be nothing", async () => await TotalAsync("kilo_pump_lag") == 0);
    }

    private async Task<double> TotalAsync(string name) =>
        PrometheusText.Read((await running.Anonymous.GetAsync("/metrics")).Text).Single(f => f.Name == name).Samples.Sum(s => s.Value);
}
