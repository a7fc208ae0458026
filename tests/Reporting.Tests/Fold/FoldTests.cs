using System.Text.Json.Nodes;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Tests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Testing.Projections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kilo.Reporting.Tests.Fold;

/// <summary>The totals are exact: they equal a count over the log, whatever befell the fold.</summary>
public sealed class FoldTests
{
    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Totals_equal_a_count_over_the_log(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var position = await Life.LiveAsync(server, documents: 24);

        await ShouldEqualTheLogAsync(server, position);
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Delivered_twice_nothing_changes(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var position = await Life.LiveAsync(server);
        var before = await server.ReportsAsync(position);

        Forgetful? again = null;
        // Whoever answers requests asks for checkpoints as well: this one only folds.
        await under.StartAsync(server, role: "aggregator", configure: services =>
        {
            var stores = services.Last(s => Equals(s.ServiceKey, "reporting") && s.ServiceType == typeof(IViewStores));
            services.AddKeyedSingleton<IViewStores>("reporting", (provider, key) => again = new Forgetful((IViewStores)stores.KeyedImplementationFactory!(provider, key)));
        });
        await Eventually.Async("everything to be folded from 0 again, and refused", () => again is { Refused: > 0 } && again.StartedFrom0 == again.Refused);

        (await server.ReportsAsync(position)).ShouldBe(before, ignoreOrder: true);
        await ShouldEqualTheLogAsync(server, position);
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Replayed_from_0_the_reports_are_the_same(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var position = await Life.LiveAsync(server);
        var before = await server.ReportsAsync(position);

        await using var anew = await EngineUnderTest.CreateAsync(engine);
        var second = await anew.StartAsync(configure: services => services.AddSingleton<IEventLog>(new OneByOne(server.Log)));

        (await second.ReportsAsync(position)).ShouldBe(before, ignoreOrder: true);
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Rebuilt_while_people_work_the_totals_are_exact(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        await Life.LiveAsync(server);

        var working = Life.LiveAsync(server);
        var module = new ReportingModule();
        var rebuild = new Rebuild(module, [.. server.Services.GetKeyedServices<Projection>(module.Name)], server.Services.StoresOf(module), server.Log,
            server.Services.GetRequiredService<EventCatalogue>(), NullLoggerFactory.Instance);
        await rebuild.RunAsync(_ => { }, CancellationToken.None);

        await ShouldEqualTheLogAsync(server, await working);
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Two_aggregators_that_fold_the_same_and_one_that_ends_count_everything_once(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        var second = await under.StartAsync(server, role: "aggregator");

        var working = Life.LiveAsync(server, documents: 24);
        await Life.LiveAsync(server);
        await second.StopAsync();

        await ShouldEqualTheLogAsync(server, await working);
    }

    private static async Task ShouldEqualTheLogAsync(KiloServer server, string position)
    {
        var summary = (await server.ReportAsync("/summary", position)).Json;
        var storage = (await server.ReportAsync("/storage", position)).Json;
        var activity = (await server.ReportAsync("/activity?bucket=month", position)).Json["items"]!.AsArray();
        var people = (await server.ReportAsync("/people?limit=1000", position)).Json["items"]!.AsArray();
        var libraries = (await server.ReportAsync("/libraries?limit=1000", position)).Json["items"]!.AsArray();
        var counted = await LogCount.OfAsync(server);

        Of(summary, "documents").ShouldBe(counted.Documents);
        Of(summary, "trashedDocuments").ShouldBe(counted.Trashed);
        Of(summary, "versions").ShouldBe(counted.Versions);
        Of(summary, "logicalBytes").ShouldBe(counted.LogicalBytes);
        Of(summary, "storedBytes").ShouldBe(counted.StoredBytes);
        Of(summary, "savedBytes").ShouldBe(counted.LogicalBytes - counted.StoredBytes);
        Of(summary["last30Days"]!, "versions").ShouldBe(counted.AddedBy.Values.Sum());
        Of(storage, "storedBytes").ShouldBe(counted.StoredBytes);
        Of(storage, "sharedContents").ShouldBe(counted.SharedContents);
        storage["mediaTypes"]!.AsArray().ToDictionary(t => t!["mediaType"]!.GetValue<string>(), t => Of(t!, "bytes")).ShouldBe(counted.MediaTypes, ignoreOrder: true);
        people.ToDictionary(p => p!["id"]!.GetValue<Guid>(), p => Of(p!, "versions")).ShouldBe(counted.AddedBy, ignoreOrder: true);
        people.Where(p => Of(p!, "downloads") > 0).ToDictionary(p => p!["id"]!.GetValue<Guid>(), p => Of(p!, "downloads")).ShouldBe(counted.DownloadsOf, ignoreOrder: true);
        libraries.Where(l => Of(l!, "documents") > 0).ToDictionary(l => l!["id"]!.GetValue<string>(), l => Of(l!, "documents")).ShouldBe(counted.DocumentsOf, ignoreOrder: true);
        foreach (var (what, times) in counted.Done)
        {
            activity.Sum(i => Of(i!, what == "added" ? "documents" : what)).ShouldBe(times, what);
        }
    }

    private static long Of(JsonNode node, string property) => node[property]!.GetValue<long>();

    /// <summary>Says of each partition once that nothing was folded yet, as a consumer has it in mind that was away for long.</summary>
    private sealed class Forgetful(IViewStores stores) : IViewStores
    {
        private int _startedFrom0;
        private int _refused;

        public int StartedFrom0 => Volatile.Read(ref _startedFrom0);

        public int Refused => Volatile.Read(ref _refused);

        public IViewStore Open(string module, IReadOnlyCollection<string> tables) => new Store(this, stores.Open(module, tables));

        public ValueTask<IViewStore> OpenNextAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) => stores.OpenNextAsync(module, tables, cancel);

        public Task ServeNextAsync(string module, CancellationToken cancel) => stores.ServeNextAsync(module, cancel);

        private sealed class Store(Forgetful owner, IViewStore store) : IViewStore
        {
            private readonly HashSet<(string, int)> _forgot = [];

            public async ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel)
            {
                var next = await store.CheckpointAsync(topic, partition, cancel);
                lock (_forgot)
                {
                    if (next == 0 || !_forgot.Add((topic, partition)))
                    {
                        return next;
                    }
                }
                Interlocked.Increment(ref owner._startedFrom0);
                return 0;
            }

            public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
            {
                try
                {
                    await store.ApplyAsync(changes, checkpoint, cancel);
                }
                catch (CheckpointMovedException)
                {
                    Interlocked.Increment(ref owner._refused);
                    throw;
                }
            }

            public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => store.GetAsync(key, cancel);

            public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => store.SliceAsync(slice, cancel);

            public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => store.WaitForAsync(topic, partition, offset, cancel);
        }
    }
}
