using System.Net;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;
using Kilo.Documents.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Download;

/// <summary>Which downloads become facts, and when.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task A_download_from_the_first_byte_on_is_a_fact_and_nothing_else_is()
    {
        await using var server = await KiloServer.StartAsync();
        var id = await server.Admin.AddedAsync("0123456789".Bytes());
        var path = $"/api/documents/{id}/content";
        var etag = (await server.Admin.SendAsync(HttpMethod.Head, path, null)).Header("ETag");
        (await server.Admin.GetAsync(path, ("Range", "bytes=5-"))).Status.ShouldBe(HttpStatusCode.PartialContent);
        (await server.Admin.GetAsync(path, ("If-None-Match", etag))).Status.ShouldBe(HttpStatusCode.NotModified);

        (await server.Admin.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Admin.GetAsync(path, ("Range", "bytes=0-3"))).Status.ShouldBe(HttpStatusCode.PartialContent);

        await Eventually.Async("both to be facts", async () => await server.EventCountAsync(DocumentsTopics.Downloads) == 2);
        var facts = await server.EventsAsync<ContentDownloaded>();
        facts.Select(f => f.Bytes).ShouldBe([10, 4], ignoreOrder: true);
        facts.ShouldAllBe(f => f.DocumentId == id && f.Number == 1 && f.Library == server.Admin.UserId.ToString() && !f.InArchive);
    }

    [Fact]
    public async Task Bytes_that_are_only_looked_at_are_a_fact_that_says_so()
    {
        await using var server = await KiloServer.StartAsync();
        var id = await server.Admin.AddedAsync("one".Bytes());

        (await server.Admin.GetAsync($"/api/documents/{id}/content?preview=true")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/documents/{id}/versions/1/content?preview=false")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/documents/{id}/content?preview=perhaps")).ShouldBeProblem(400, "bad-request");

        await Eventually.Async("both to be facts", async () => await server.EventCountAsync(DocumentsTopics.Downloads) == 2);
        (await server.EventsAsync<ContentDownloaded>()).Select(f => (f.Preview, f.Bytes)).ShouldBe([(true, 3L), (false, 3L)], ignoreOrder: true);
    }

    [Fact]
    public async Task Each_document_of_an_archive_is_a_download()
    {
        await using var server = await KiloServer.StartAsync();
        var ids = new[] { await server.Admin.AddedAsync("one".Bytes()), await server.Admin.AddedAsync("two and".Bytes()) };
        var archive = (await server.Admin.PostAsync("/api/archives", new { documents = ids })).Json.Text("url");

        (await server.Admin.GetAsync(archive)).Status.ShouldBe(HttpStatusCode.OK);

        await Eventually.Async("both to be facts", async () => await server.EventCountAsync(DocumentsTopics.Downloads) == 2);
        (await server.EventsAsync<ContentDownloaded>()).Select(f => (f.DocumentId, f.Bytes, f.InArchive)).ShouldBe([(ids[0], 3L, true), (ids[1], 7L, true)], ignoreOrder: true);
    }

    [Fact]
    public async Task What_waits_when_the_process_stops_is_recorded_before_it_ends()
    {
        await using var server = await KiloServer.StartAsync();
        var id = await server.Admin.AddedAsync("one".Bytes());
        for (var i = 0; i < 20; i++)
        {
            await server.Admin.DownloadAsync(id);
        }

        await server.StopAsync();

        await using var next = await KiloServer.StartAsync(over: server);
        (await next.EventCountAsync(DocumentsTopics.Downloads)).ShouldBe(20);
    }

    [Fact]
    public async Task A_download_does_not_wait_for_a_log_that_is_away_and_is_recorded_when_it_is_back()
    {
        Gate? gate = null;
        await using var server = await KiloServer.StartAsync(configure: services => services.Wrap<IEventLog>(log => gate = new Gate(log)));
        var id = await server.Admin.AddedAsync("one".Bytes());
        gate!.IsAway = true;

        (await server.Admin.DownloadAsync(id)).ShouldBe("one".Bytes());
        await Eventually.Async("the log to be asked in vain", () => gate.Refused > 0);
        gate.IsAway = false;

        await Eventually.Async("the download to be a fact", async () => (await server.EventsAsync<ContentDownloaded>()).Count == 1);
    }

    [Fact]
    public async Task Recorded_first_there_is_no_download_without_a_fact()
    {
        Gate? gate = null;
        await using var server = await KiloServer.StartAsync(
            new Dictionary<string, string?> { ["Kilo:Documents:RecordDownloads"] = "first" }, services => services.Wrap<IEventLog>(log => gate = new Gate(log)));
        var id = await server.Admin.AddedAsync("one".Bytes());

        await server.Admin.DownloadAsync(id);
        (await server.EventCountAsync(DocumentsTopics.Downloads)).ShouldBe(1);
        gate!.IsAway = true;

        (await server.Admin.GetAsync($"/api/documents/{id}/content")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await server.EventCountAsync(DocumentsTopics.Downloads)).ShouldBe(1);
    }

    [Fact]
    public async Task Switched_off_nothing_is_recorded()
    {
        await using var server = await KiloServer.StartAsync(new Dictionary<string, string?> { ["Kilo:Documents:RecordDownloads"] = "off" });
        await server.Admin.DownloadAsync(await server.Admin.AddedAsync("one".Bytes()));

        // Whatever waited would be recorded by then.
        await server.StopAsync();

        await using var next = await KiloServer.StartAsync(over: server);
        (await next.EventCountAsync(DocumentsTopics.Downloads)).ShouldBe(0);
    }

    /// <summary>A log to which no download can be appended while it is away.</summary>
    private sealed class Gate(IEventLog log) : IEventLog
    {
        private int _refused;

        public volatile bool IsAway;

        public int Refused => Volatile.Read(ref _refused);

        public string Epoch => log.Epoch;

        public int Partitions(Topic topic) => log.Partitions(topic);

        public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
        {
            if (IsAway && topic == DocumentsTopics.Downloads)
            {
                Interlocked.Increment(ref _refused);
                throw new LogUnavailableException("Away.");
            }
            return log.AppendAsync(topic, envelope, cancel);
        }

        public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel) => log.ReadAsync(topic, partition, from, max, cancel);

        public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => log.EndAsync(topic, partition, cancel);

        public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => log.WaitAsync(topic, partition, from, cancel);

        public Task ShareAsync(string group, Topic topic, Func<int, CancellationToken, Task> work, CancellationToken cancel) => log.ShareAsync(group, topic, work, cancel);
    }
}
