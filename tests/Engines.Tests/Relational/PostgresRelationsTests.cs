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

    public PostgresRelationsTests() : this(new(TimeProvider.System, (services, server) => services.AddPostgresRelations(server, Module)))
    {
    }

    private PostgresRelationsTests(PostgresStorage<IServiceProvider> storage) : base(storage) => _postgres = storage;

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
