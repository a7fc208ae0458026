using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Relational;

/// <summary>What every <see cref="IRelations"/> promises, with the store that writes what it reads.</summary>
public abstract partial class RelationsContract : IAsyncLifetime
{
    private const string Ada = "0193a0c0-0000-7000-8000-000000000001";
    private const string Bob = "0193a0c0-0000-7000-8000-000000000002";

    private readonly Storage<IServiceProvider> _storage;
    private readonly IViewStores _stores;
    private protected readonly IViewStore _store;
    private readonly IRelations _relations;

    // What a process that opens next has.
    private readonly Shop _shop;

    private protected RelationsContract(Storage<IServiceProvider> storage, Shop shop)
    {
        (_storage, _shop) = (storage, shop);
        (_stores, _relations) = Open();
        _store = _stores.Open(Shop.ModuleName, Module.AllTables());
    }

    private static Shop Module { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task What_was_written_is_read_by_SQL_with_its_types()
    {
        await _store.ApplyAsync([Order(Ada, 3, "Tea; \"green\", ünïcode", paid: true, "2026-01-31T09:30:15.25+01:00")], From(0, 1), default);

        var row = await OneAsync("SELECT customer, number, what, paid, at, note FROM shop.orders");

        row.Id(0).ShouldBe(Guid.Parse(Ada));
        row.Number(1).ShouldBe(3);
        row.Text(2).ShouldBe("Tea; \"green\", ünïcode");
        row.Flag(3).ShouldBeTrue();
        row.Time(4).ShouldBe(new DateTimeOffset(2026, 1, 31, 8, 30, 15, 250, TimeSpan.Zero));
        row.IsNull(5).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Parameters_mean_the_same_to_every_engine()
    {
        await _store.ApplyAsync(
            [Order(Ada, 1, "Tea", true, "2026-01-31T09:30:15.25Z"), Order(Ada, 2, "Milk", false, "2026-02-01T00:00:00Z"), Order(Bob, 1, "Tea", false, "2026-02-02T00:00:00Z")], From(0, 1), default);

        (await CountAsync("customer = $1", Guid.Parse(Ada))).ShouldBe(2);
        (await CountAsync("what = $1 AND paid = $2", "Tea", true)).ShouldBe(1);
        (await CountAsync("number >= $1", 2L)).ShouldBe(1);
        (await CountAsync("at >= $1 AND at < $2", new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 2, 2, 1, 0, 0, TimeSpan.FromHours(1)))).ShouldBe(1);
        (await CountAsync("what = $1", "x' OR '1'='1")).ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_row_reads_back_by_its_key_and_in_its_order()
    {
        var written = new[] { 10L, 2, 1 }.Select(n => Order(Ada, n, $"order {n}", false, "2026-01-01T00:00:00Z")).ToList();
        await _store.ApplyAsync(written, From(0, 1), default);
        await _store.ApplyAsync([new(Key(Ada, 2), null, 1)], From(1, 2), default);

        Encoding.UTF8.GetString((await _store.GetAsync(Key(Ada, 10), default)).ShouldNotBeNull().Body.Span).ShouldContain("order 10");
        (await _store.GetAsync(Key(Ada, 2), default)).ShouldBeNull();
        (await _store.GetAsync(Key(Bob, 1), default)).ShouldBeNull();
        (await _store.SliceAsync(new Slice("orders_1", Ada, "", null, int.MaxValue), default)).Select(r => r.Sort).ShouldBe([Sort(1), Sort(10)]);
        (await _store.GetManyAsync([Key(Bob, 7), Key(Ada, 10), Key(Ada, 2), new("plain", "p", "s"), Key(Ada, 1)], default)).Select(r => r?.Sort)
            .ShouldBe([null, Sort(10), null, null, Sort(1)]);
    }

    [SkippableFact]
    public async Task A_row_that_is_written_again_is_replaced()
    {
        await _store.ApplyAsync([Order(Ada, 1, "Tea", false, "2026-01-01T00:00:00Z")], From(0, 1), default);
        await _store.ApplyAsync([Order(Ada, 1, "Coffee", true, "2026-01-01T00:00:00Z")], From(1, 2), default);

        (await OneAsync("SELECT what, paid FROM shop.orders")).Text(0).ShouldBe("Coffee");
    }

    [SkippableFact]
    public async Task Sums_are_added_to_by_every_partition_at_once_and_are_exact()
    {
        const int Partitions = 6;
        const int Batches = 20;
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => Task.Run(async () =>
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                await _store.ApplyAsync([.. Enumerable.Range(0, 10).Select(i => Sold($"thing {i}", i, 1))], new Checkpoint("topic", partition, batch + 1, batch), default);
            }
        })));

        var rows = await _relations.ReadAsync("SELECT what, price, pieces FROM shop.sold ORDER BY price", [], default).ToListAsync();
        rows.Count.ShouldBe(10);
        rows.ShouldAllBe(r => r.Number(2) == Partitions * Batches);
        (await OneAsync("SELECT sum(pieces) FROM shop.sold")).Number(0).ShouldBe(Partitions * Batches * 10);
    }

    [SkippableFact]
    public async Task A_batch_that_is_delivered_twice_is_added_once()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default);

        await Should.ThrowAsync<CheckpointMovedException>(() => _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default));

        (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(5);
    }

    [SkippableFact]
    public async Task A_generation_that_is_folded_beside_is_seen_when_it_is_served_and_not_before()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5), Order(Ada, 1, "Tea", true, "2026-01-01T00:00:00Z")], From(0, 5), default);
        var next = await _stores.OpenNextAsync(Shop.ModuleName, Module.AllTables(), default);
        await next.ApplyAsync([Sold("tea", 1, 7)], From(0, 5), default);
        (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(5);

        await _stores.ServeNextAsync(Shop.ModuleName, default);

        (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(7);
        (await _relations.ReadAsync("SELECT * FROM shop.orders", [], default).ToListAsync()).ShouldBeEmpty();
        await Eventually.Async("the next batch to go to the generation that is served", async () =>
        {
            await _store.CheckpointAsync("topic", 0, default);
            await _store.ApplyAsync([Sold("tea", 1, 1)], From(5, 6), default);
            return true;
        });
        (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(8);
    }

    [SkippableFact]
    public async Task A_snapshot_has_the_rows_and_the_checkpoints_of_one_moment_in_the_order_of_keys()
    {
        string[] things = ["tea", "Tea", "tea 2", "\u00e9clair", "\U0001f375", "\uff5e"];
        await _store.ApplyAsync([.. things.Select(t => Sold(t, 10, 1)), Sold("tea", 9, 1), Order(Bob, 2, "Tea", false, "2026-01-01T00:00:00Z"), Order(Ada, 10, "Tea", false, "2026-01-01T00:00:00Z")], From(0, 5), default);

        await using var snapshot = await _relations.SnapshotAsync(default);
        await _store.ApplyAsync([Sold("tea", 9, 100), Order(Ada, 11, "Tea", false, "2026-01-01T00:00:00Z")], From(5, 6), default);

        snapshot.Checkpoints.ShouldBe(new Dictionary<string, long> { ["topic/0"] = 5 });
        var sold = await snapshot.ReadAsync(Module.Relations!.Tables[1], default).ToListAsync();
        sold.Select(r => (r.Text(0), r.Number(1), r.Number(2))).ShouldBe(
            [.. things.Select(t => (t, 10L, 1L)).Append(("tea", 9L, 1L)).OrderBy(t => Convert.ToHexString(Encoding.UTF8.GetBytes(t.Item1)), StringComparer.Ordinal).ThenBy(t => t.Item2)]);
        (await snapshot.ReadAsync(Module.Relations.Tables[0], default).ToListAsync()).Select(r => (r.Id(0), r.Number(1))).ShouldBe([(Guid.Parse(Ada), 10), (Guid.Parse(Bob), 2)]);
    }

    [SkippableFact]
    public async Task A_key_that_cannot_be_is_the_key_of_no_row()
    {
        await _store.ApplyAsync([Order(Ada, 1, "Tea", false, "2026-01-01T00:00:00Z")], From(0, 1), default);

        (await _store.GetAsync(new RowKey("orders_1", "nobody", Sort(1)), default)).ShouldBeNull();
        (await _store.GetManyAsync([new("orders_1", "nobody", Sort(1)), Key(Ada, 1)], default)).Select(r => r?.Sort).ShouldBe([null, Sort(1)]);
        await _store.ApplyAsync([new(new RowKey("orders_1", "nobody", Sort(1)), null, 1)], From(1, 2), default);
        (await CountAsync("number = $1", 1L)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Everything_is_there_for_a_process_that_starts_later()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default);

        var (stores, relations) = Open();

        (await stores.Open(Shop.ModuleName, Module.AllTables()).CheckpointAsync("topic", 0, default)).ShouldBe(5);
        (await relations.ReadAsync("SELECT pieces FROM shop.sold", [], default).SingleAsync()).Number(0).ShouldBe(5);
    }

    [SkippableFact]
    public async Task A_migration_that_makes_no_table_is_made_once_and_keeps_the_rows()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default);
        _shop.Then(new("0002_sold-by-price", []) { Statements = ["CREATE UNIQUE INDEX sold_1_price ON {sold_1}(price)"] });

        for (var process = 0; process < 2; process++)
        {
            var store = Open().Stores.Open(Shop.ModuleName, _shop.AllTables());
            await store.PrepareAsync(default);

            (await store.CheckpointAsync("topic", 0, default)).ShouldBe(5);
            (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(5);
            await Should.ThrowAsync<ViewsUnavailableException>(() => store.ApplyAsync([Sold("milk", 1, 5)], From(5, 6), default));
        }
    }

    [SkippableFact]
    public async Task A_migration_that_replaces_a_table_has_the_log_folded_again()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5), Order(Ada, 1, "Tea", true, "2026-01-01T00:00:00Z")], From(0, 5), default);
        _shop.Then(new("0002_colours",
        [
            new("sold_2", [new("what", ColumnType.Text), new("price", ColumnType.Number), new("colour", ColumnType.Text), new("pieces", ColumnType.Number)], KeyColumns: 3, IsSum: true),
        ]) { Drops = ["sold_1"] });

        for (var process = 0; process < 2; process++)
        {
            var (stores, relations) = Open();
            var store = stores.Open(Shop.ModuleName, _shop.AllTables());
            await store.PrepareAsync(default);

            (await store.CheckpointAsync("topic", 0, default)).ShouldBe(process);
            await store.ApplyAsync([new(new RowKey("sold_2", "tea", Sort(1)), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { what = "tea", price = 1, colour = "green", pieces = 7 }), 0)], From(process, process + 1), default);
            (await relations.ReadAsync("SELECT sum(pieces) FROM shop.sold", [], default).SingleAsync()).Number(0).ShouldBe(7 * (process + 1));
            (await relations.ReadAsync("SELECT * FROM shop.orders", [], default).ToListAsync()).ShouldBeEmpty();
        }
    }

    [SkippableFact]
    public async Task Tables_without_columns_are_beside_those_that_have_some()
    {
        await _store.ApplyAsync([new(new("plain", "p", "s"), "anything"u8.ToArray(), 3)], From(0, 5), default);

        (await _store.GetAsync(new RowKey("plain", "p", "s"), default)).ShouldNotBeNull().Body.ToArray().ShouldBe("anything"u8.ToArray());
    }

    [SkippableFact]
    public async Task A_reader_may_stop_in_the_middle()
    {
        await _store.ApplyAsync([.. Enumerable.Range(0, 500).Select(i => Sold($"thing {i:D3}", i, 1))], From(0, 5), default);
        for (var i = 0; i < 50; i++)
        {
            (await _relations.ReadAsync("SELECT what FROM shop.sold ORDER BY what", [], default).FirstAsync()).Text(0).ShouldBe("thing 000");
        }
    }

    private protected (IViewStores Stores, IRelations Relations) Open()
    {
        var process = _storage.Open();
        return (process.GetRequiredKeyedService<IViewStores>(Shop.ModuleName), process.GetRequiredKeyedService<IRelations>(Shop.ModuleName));
    }

    private ValueTask<RelationalRow> OneAsync(string sql) => _relations.ReadAsync(sql, [], default).SingleAsync();

    private async Task<long> CountAsync(string where, params object?[] values) =>
        (await _relations.ReadAsync($"SELECT count(*) FROM shop.orders WHERE {where}", values, default).SingleAsync()).Number(0);

    private protected static Checkpoint From(long from, long next) => new("topic", 0, next, from);

    private static string Sort(long number) => number.ToString("D19", System.Globalization.CultureInfo.InvariantCulture);

    private static RowKey Key(string customer, long number) => new("orders_1", customer, Sort(number));

    private static RowChange Order(string customer, long number, string what, bool paid, string at) => new(
        Key(customer, number), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { customer, number, what, paid, at = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), note = (string?)null }), 0);

    private protected static RowChange Sold(string what, long price, long pieces) =>
        new(new RowKey("sold_1", what, Sort(price)), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { what, price, pieces }), 0);

    /// <summary>A module with tables for SQL, which may get more migrations.</summary>
    private protected sealed class Shop : IModule
    {
        public const string ModuleName = "shop";

        private static readonly RelationalMigration First = new("0001_shop",
        [
            new("orders_1",
            [
                new("customer", ColumnType.Id), new("number", ColumnType.Number), new("what", ColumnType.Text), new("paid", ColumnType.Flag), new("at", ColumnType.Time),
                new("note", ColumnType.Text, IsOptional: true),
            ], KeyColumns: 2),
            new("sold_1", [new("what", ColumnType.Text), new("price", ColumnType.Number), new("pieces", ColumnType.Number)], KeyColumns: 2, IsSum: true),
        ])
        {
            Statements = ["CREATE INDEX orders_1_at ON {orders_1}(at)"],
        };

        public string Name => ModuleName;

        public IReadOnlyCollection<string> Tables => [.. Relations.Tables.Select(t => t.Name), "plain"];

        public IReadOnlyList<Topic> Folds { get; } = [new("topic", ModuleName, 6)];

        public RelationalModel Relations { get; private set; } = Model(First);

        /// <summary>What a later build has.</summary>
        public void Then(RelationalMigration migration) => Relations = Model([.. Relations.Migrations, migration]);

        private static RelationalModel Model(params RelationalMigration[] migrations)
        {
            var sold = migrations.SelectMany(m => m.Creates).Last(t => t.Name.StartsWith("sold", StringComparison.Ordinal)).Name;
            return new("shop", migrations,
            [
                new("orders", "What was ordered; it's a list.",
                [
                    new("customer", ColumnType.Id, "Who."), new("number", ColumnType.Number, "Which."), new("what", ColumnType.Text, "What."), new("paid", ColumnType.Flag, "Whether."),
                    new("at", ColumnType.Time, "When."), new("note", ColumnType.Text, "Why."),
                ], "SELECT customer, number, what, paid, at, note FROM {orders_1}"),
                new("sold", "What was sold.",
                    [new("what", ColumnType.Text, "What."), new("price", ColumnType.Number, "For how much."), new("pieces", ColumnType.Number, "How many.")], $"SELECT what, price, pieces FROM {{{sold}}}"),
            ]);
        }

        public void AddServices(IServiceCollection services)
        {
        }
    }
}
