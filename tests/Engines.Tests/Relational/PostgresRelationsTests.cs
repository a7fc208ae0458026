using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Engines.Tests.Postgres;
using Kilo.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Relational;

/// <summary>SQL over PostgreSQL.</summary>
public sealed class PostgresRelationsTests : RelationsContract
{
    private readonly PostgresStorage<IServiceProvider> _postgres;

    public PostgresRelationsTests() : this(new Shop())
    {
    }

    private PostgresRelationsTests(Shop shop) : this(new(TimeProvider.System, (services, server) => services.AddPostgresRelations(server, shop)), shop)
    {
    }

    private PostgresRelationsTests(PostgresStorage<IServiceProvider> storage, Shop shop) : base(storage, shop) => _postgres = storage;

    [SkippableFact]
    public async Task Who_only_reads_makes_no_table_and_is_told_that_nothing_was_folded()
    {
        (await _store.CheckpointAsync("topic", 0, default)).ShouldBe(0);
        (await _store.CheckpointsAsync("topic", 2, default)).ShouldBe([0, 0]);
        (await Should.ThrowAsync<ViewsUnavailableException>(async () => await _store.GetAsync(new RowKey("plain", "p", "s"), default))).Message.ShouldBe("Nothing was folded yet.");
        _postgres.Run("DO $$ BEGIN IF to_regnamespace('kilo_shop') IS NOT NULL THEN RAISE EXCEPTION 'There is a schema.'; END IF; END $$");

        await _store.PrepareAsync(default);

        (await _store.GetAsync(new RowKey("plain", "p", "s"), default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Migrations_are_made_once_when_many_start_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Open().Stores.Open("shop", ["orders_1", "sold_1", "plain"]).PrepareAsync(default))));

        _postgres.Run("""
            DO $$ BEGIN
                IF (SELECT string_agg("MigrationId", ',') FROM kilo_shop.migration) <> '0001_shop' THEN RAISE EXCEPTION 'Another history.'; END IF;
                IF (SELECT count(*) FROM pg_indexes WHERE schemaname = 'kilo_shop' AND indexname = 'orders_1_at') <> 1 THEN RAISE EXCEPTION 'No index.'; END IF;
            END $$
            """);
    }

    [SkippableFact]
    public async Task Tables_of_which_no_history_tells_are_made_and_folded_again()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default);
        _postgres.Run("DROP TABLE kilo_shop.migration");

        var store = Open().Stores.Open("shop", ["orders_1", "sold_1", "plain"]);
        await store.PrepareAsync(default);

        (await store.CheckpointAsync("topic", 0, default)).ShouldBe(0);
        await store.ApplyAsync([Sold("tea", 1, 5)], From(0, 5), default);
    }

    [SkippableTheory]
    [InlineData("SELECT * FROM kilo_shop.sold_1")]
    [InlineData("SELECT * FROM kilo_shop.plain")]
    [InlineData("SELECT * FROM kilo_shop.checkpoint")]
    [InlineData("SELECT * FROM pg_authid")]
    [InlineData("SELECT pg_read_file('/etc/passwd')")]
    [InlineData("SELECT pg_ls_dir('/')")]
    [InlineData("SELECT lo_import('/etc/passwd')")]
    [InlineData("COPY (SELECT 1) TO '/tmp/kilo-stolen'")]
    [InlineData("COPY (SELECT 1) TO PROGRAM 'id'")]
    [InlineData("INSERT INTO shop.sold VALUES ('x', 1, 1)")]
    [InlineData("WITH gone AS (DELETE FROM shop.sold RETURNING what) SELECT * FROM gone")]
    [InlineData("UPDATE kilo_shop.sold_1 SET pieces = 0")]
    [InlineData("SELECT * FROM shop.sold FOR UPDATE")]
    [InlineData("LOCK TABLE kilo_shop.sold_1 IN ACCESS EXCLUSIVE MODE")]
    [InlineData("CREATE TABLE shop.mine(a int)")]
    [InlineData("DROP VIEW shop.sold")]
    [InlineData("GRANT SELECT ON shop.sold TO PUBLIC")]
    [InlineData("ALTER ROLE kilo_shop_reader LOGIN")]
    public async Task Without_the_guard_in_front_the_role_reads_what_is_published_and_does_nothing_else(string sql)
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync("SET TRANSACTION READ ONLY; SET LOCAL ROLE kilo_shop_reader");
        (await RunAsync("SELECT pieces FROM shop.sold")).ShouldBe(5L);

        (await Should.ThrowAsync<PostgresException>(() => RunAsync(sql))).SqlState.ShouldBeOneOf(PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.ReadOnlySqlTransaction);

        async Task<object?> RunAsync(string statement)
        {
            await using var command = new NpgsqlCommand(statement, connection, transaction);
            return await command.ExecuteScalarAsync();
        }
    }
}
