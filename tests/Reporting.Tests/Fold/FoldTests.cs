using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Relational;
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
        var second = await anew.StartAsync(configure: services => services.AddSingleton<IEventLog>(new AtATime(server.Log, 1)));

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
        await Totals.ShouldEqualAsync(server.Admin, position, await LogCount.OfAsync(server.Log));
        (await ViewsCheck.OfAsync(server)).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_is_not_as_the_log_makes_it_is_found(Engine engine)
    {
        await using var under = await EngineUnderTest.CreateAsync(engine);
        var server = await under.StartAsync();
        await server.ReportAsync("/summary", await Life.LiveAsync(server));
        var relations = server.Services.GetRequiredKeyedService<IRelations>("reporting");
        (await ViewsCheck.OfAsync(server)).ShouldBeEmpty();

        await relations.WriteAsync(
            ["contents_1", "documents_1", "quarters_1", "users_1"],
            [
                new("UPDATE {documents_1} SET versions = versions + 1, title = 'else' WHERE CAST(id AS text) = (SELECT min(CAST(id AS text)) FROM {documents_1})", []),
                new("UPDATE {quarters_1} SET downloads = downloads + 1 WHERE quarter = (SELECT max(quarter) FROM {quarters_1})", []),
                new("DELETE FROM {users_1} WHERE display_name = 'Ada'", []),
                new("INSERT INTO {contents_1} VALUES ('ff', 1, 1)", []),
            ],
            CancellationToken.None);

        (await ViewsCheck.OfAsync(server)).Select(d => $"{d.Table} {d.What}").ShouldBe(
            ["documents_1 differs in title, versions", "quarters_1 differs in downloads", "users_1 is missing", "contents_1 is not what the log makes"], ignoreOrder: true);
    }

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
