using Kilo.BuildingBlocks.Relational;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Relational;

/// <summary>Statements that people write: what they may, and that nothing else is possible.</summary>
public abstract partial class RelationsContract
{
    public static TheoryData<string> Attacks =>
    [
        // To write.
        "DELETE FROM shop.sold", "UPDATE shop.sold SET pieces = 0", "INSERT INTO shop.sold VALUES ('x', 1, 1)", "DROP VIEW shop.sold", "TRUNCATE shop.sold", "CREATE TABLE x(a int)",
        "WITH gone AS (DELETE FROM shop.sold RETURNING *) SELECT * FROM gone", "SELECT * INTO copied FROM shop.sold", "MERGE INTO shop.sold USING shop.orders ON true WHEN MATCHED THEN DELETE",
        "SELECT * FROM shop.sold FOR UPDATE", "VACUUM", "EXPLAIN ANALYZE DELETE FROM shop.sold", "WITH x AS (SELECT 1) INSERT INTO shop.sold SELECT 'x', 1, 1",
        // More than one, and out of ours.
        "SELECT 1; DELETE FROM shop.sold", "SELECT 1; SELECT 2", "SELECT 1;;", "SELECT 1) AS asked; DELETE FROM shop.sold --", "SELECT 1) AS x UNION SELECT 1 FROM (SELECT 2", "SELECT 1 --\n) AS asked; DROP SCHEMA shop",
        "SELECT 1 /*", "SELECT /* /* */ 1; DELETE FROM shop.sold -- */ */", "SELECT 'a\\'; DELETE FROM shop.sold --'", "SELECT $$;$$; DELETE FROM shop.sold", "SELECT 'x",
        // The server and its files.
        "SELECT pg_sleep(60)", "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')", "SELECT lo_import('/etc/passwd')", "COPY shop.sold TO '/tmp/stolen'", "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT \"pg_sleep\"(60)", "SELECT pg_catalog.pg_sleep(60)", "SELECT U&\"pg\\005fsleep\"(60)", "SELECT PG_SLEEP (60)", "SELECT pg_sleep/**/(60)", "SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int)",
        "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x', 'y')", "ATTACH DATABASE '/etc/passwd' AS x", "DETACH shop", "PRAGMA query_only=0", "SELECT * FROM pragma_database_list",
        "SELECT * FROM pragma_table_info('sold')", "SELECT fts3_tokenizer('x')", "SELECT zeroblob(1000000000)", "SELECT randomblob(1000000000)", "SELECT repeat('x', 1000000000)", "SELECT printf('%.*c', 1000000000, 'x')",
        // Its settings and its roles.
        "SELECT set_config('role', 'postgres', false)", "WITH x AS (SELECT 1) (SELECT 1) ORDER BY 1, set_config('role', 'postgres', false)", "WITH x AS (SELECT 1) (SELECT 1) FETCH FIRST set_config('role', 'x', false) ROWS ONLY",
        "SELECT query_to_xml('SELECT pg_sleep(60)', true, true, '')", "SET ROLE postgres", "RESET ROLE", "SELECT current_setting('config_file')", "SELECT nextval('x')", "SELECT txid_current()", "DO $$ BEGIN END $$", "CALL x()",
        "LISTEN x", "NOTIFY x", "SELECT pg_terminate_backend(1)", "SELECT pg_advisory_lock(1)", "LOCK TABLE shop.sold", "BEGIN", "COMMIT", "ROLLBACK", "GRANT ALL ON shop.sold TO PUBLIC",
        // What outlives a statement.
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "FETCH ALL FROM c", "MOVE c", "CLOSE ALL", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE ALL", "DISCARD ALL", "CREATE TEMP TABLE t AS SELECT 1",
        "SELECT * FROM cursor_to_xml('c', 1, true, true, '')", "WITH x AS MATERIALIZED (DELETE FROM shop.sold RETURNING what) TABLE x", "SET SESSION AUTHORIZATION postgres", "SET statement_timeout = 0",
        "SELECT set_config('statement_timeout', '0', true)", "SELECT pg_cancel_backend(1)", "SELECT lo_create(1)", "SELECT lo_export(1, '/tmp/x')", "SAVEPOINT x", "SELECT setval('x', 1)",
        // Other tables.
        "SELECT * FROM sold_1", "SELECT * FROM kilo_shop.sold_1", "SELECT * FROM \"kilo_shop\".\"sold_1\"", "SELECT * FROM plain", "SELECT * FROM kilo_shop.plain", "SELECT * FROM checkpoint", "SELECT * FROM shop.meta",
        "SELECT * FROM pg_catalog.pg_authid", "SELECT * FROM pg_stat_activity", "SELECT * FROM information_schema.tables", "SELECT * FROM sqlite_master", "SELECT * FROM shop.sqlite_schema", "SELECT * FROM main.sqlite_master",
        "SELECT (SELECT count(*) FROM sold_1)", "SELECT count(*) FROM plain", "SELECT count(*) FROM shop.plain", "SELECT 1 FROM checkpoint", "SELECT count(*) FROM pragma_database_list", "WITH x AS (SELECT * FROM checkpoint) SELECT * FROM x", "SELECT * FROM shop.sold WHERE EXISTS (SELECT 1 FROM plain)", "SELECT * FROM json_each('[1]')",
        "WITH sold AS (SELECT * FROM sold_1) SELECT * FROM sold", "WITH sold AS (SELECT * FROM plain) SELECT * FROM sold", "SELECT * FROM \"SOLD_1\"",
        "TABLE shop.sold", "", "   ", "-- nothing",
    ];

    [SkippableTheory]
    [MemberData(nameof(Attacks))]
    public async Task What_is_more_than_a_report_is_refused_and_changes_nothing(string sql)
    {
        await _store.ApplyAsync([Sold("tea", 1, 5), new(new("plain", "p", "s"), "secret"u8.ToArray(), 3)], From(0, 1), default);

        var fault = await Should.ThrowAsync<SqlFaultException>(() => AskAsync(sql));

        fault.Fault.ShouldBeOneOf(SqlFault.Refused, SqlFault.Invalid);
        fault.Message.ShouldEndWith(".");
        (await AskAsync("SELECT what, price, pieces FROM sold")).Rows.ShouldHaveSingleItem().ShouldBe(["tea", 1L, 5L]);
        await _store.ApplyAsync([Sold("tea", 1, 1)], From(1, 2), default);
        (await OneAsync("SELECT pieces FROM shop.sold")).Number(0).ShouldBe(6);
    }

    [SkippableTheory]
    [InlineData("SELECT what FROM sold", "milk tea")]
    [InlineData("select WHAT from SHOP.SOLD order by 1 desc;", "tea milk")]
    [InlineData("SELECT \"what\" -- 'a comment; DELETE\nFROM shop.\"sold\" /* one more; */ WHERE what <> 'it''s; DROP' ORDER BY price DESC", "milk tea")]
    [InlineData("WITH best(name, n) AS (SELECT what, sum(pieces) FROM sold GROUP BY what), second AS (SELECT * FROM best) SELECT name FROM second ORDER BY n", "milk tea")]
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n", "1 2 3")]
    [InlineData("SELECT what FROM (SELECT what, row_number() OVER (PARTITION BY price ORDER BY pieces) AS r FROM sold) x WHERE r = 1 AND what IN ('tea', 'milk') ORDER BY what", "milk tea")]
    [InlineData("SELECT CASE WHEN count(*) > 1 THEN 'many' ELSE 'few' END FROM sold", "many")]
    [InlineData("SELECT s.what FROM sold s LEFT JOIN orders o ON lower(o.what) = s.what WHERE NOT EXISTS (SELECT 1 FROM orders WHERE what = s.what)", "milk tea")]
    [InlineData("VALUES (1), (2)", "1 2")]
    [InlineData("SELECT count(*) FROM sold", "2")]
    [InlineData("WITH few AS (SELECT 1 UNION ALL SELECT 2) SELECT count(*) FROM few", "2")]
    [InlineData("SELECT coalesce(NULL, CAST(sum(pieces) AS varchar(10))) FROM sold", "12")]
    public async Task A_report_is_answered(string sql, string expected)
    {
        await _store.ApplyAsync([Sold("milk", 2, 5), Sold("tea", 1, 7)], From(0, 1), default);

        var values = (await AskAsync(sql)).Rows.Select(r => Convert.ToString(r[0], System.Globalization.CultureInfo.InvariantCulture)!).ToList();

        (sql.Contains("ORDER", StringComparison.OrdinalIgnoreCase) ? string.Join(' ', values) : string.Join(' ', values.Order(StringComparer.Ordinal))).ShouldBe(expected);
    }

    [SkippableFact]
    public async Task Ids_and_times_are_text_and_null_is_null()
    {
        await _store.ApplyAsync([Order(Ada, 3, "Tea", paid: true, "2026-01-31T09:30:15.25+01:00")], From(0, 1), default);

        (await AskAsync("SELECT customer, number, what, at, note FROM orders")).Rows.ShouldHaveSingleItem().ShouldBe([Ada, 3L, "Tea", "2026-01-31T08:30:15.250Z", null]);
    }

    [SkippableFact]
    public async Task More_rows_than_were_asked_for_are_left_out_and_it_is_said()
    {
        await _store.ApplyAsync([.. Enumerable.Range(0, 5).Select(i => Sold($"thing {i}", i, 1))], From(0, 1), default);

        (await AskAsync("SELECT what FROM sold", 5)).IsTruncated.ShouldBeFalse();
        var cut = await AskAsync("SELECT what FROM sold ORDER BY what", 3);
        (cut.IsTruncated, cut.Rows.Count).ShouldBe((true, 3));
    }

    [SkippableFact]
    public async Task A_statement_without_end_is_given_up_after_its_time()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);

        (await Should.ThrowAsync<SqlFaultException>(() => _relations.AskAsync(new(Endless, 10, TimeSpan.FromSeconds(0.3)), default))).Fault.ShouldBe(SqlFault.TooSlow);
        // Whoever folds, and whoever asks next, is not held up by it.
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(1, 2), default);
        (await AskAsync("SELECT pieces FROM sold")).Rows[0][0].ShouldBe(10L);
    }

    [SkippableFact]
    public async Task A_statement_ends_when_nobody_waits_for_it_and_folding_goes_on_meanwhile()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);
        using var gone = new CancellationTokenSource();

        var asked = _relations.AskAsync(new(Endless, 10, TimeSpan.FromSeconds(60)), gone.Token);
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(1, 2), default);
        asked.IsCompleted.ShouldBeFalse();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Eventually.Ends("the statement to end", asked));
    }

    [SkippableTheory]
    // Twice as long with every row.
    [InlineData("WITH RECURSIVE n(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM n) SELECT max(length(s)) FROM n")]
    // As large as time allows.
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM (SELECT DISTINCT i, CAST(i AS varchar(20)) || ' of what is remembered until the end of the statement' FROM n) x")]
    public async Task A_statement_that_wants_everything_ends_and_the_next_one_is_answered(string sql)
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);

        (await Should.ThrowAsync<SqlFaultException>(() => _relations.AskAsync(new(sql, 10, TimeSpan.FromSeconds(5)), default))).Fault
            .ShouldBeOneOf(SqlFault.TooLarge, SqlFault.TooSlow, SqlFault.Invalid);
        (await AskAsync("SELECT pieces FROM sold")).Rows[0][0].ShouldBe(5L);
    }

    [SkippableFact]
    public async Task A_mistake_is_explained_in_the_engines_words()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);

        (await Should.ThrowAsync<SqlFaultException>(() => AskAsync("SELECT color FROM sold"))).Message.ShouldContain("color");
        (await Should.ThrowAsync<SqlFaultException>(() => AskAsync("SELECT what FROM sold WHERE"))).Fault.ShouldBe(SqlFault.Invalid);
    }

    [SkippableFact]
    public async Task How_a_statement_would_be_carried_out_is_told()
    {
        await _store.ApplyAsync([Sold("tea", 1, 5)], From(0, 1), default);

        var plan = await _relations.AskAsync(new("SELECT * FROM sold WHERE price = 1", 10, TimeSpan.FromSeconds(10), Explain: true), default);

        plan.Columns.ShouldHaveSingleItem().Name.ShouldBe("plan");
        string.Concat(plan.Rows.Select(r => r[0])).ShouldContain("sold_1");
    }

    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n";

    private Task<SqlAnswer> AskAsync(string sql, int rows = 100) => _relations.AskAsync(new(sql, rows, TimeSpan.FromSeconds(10)), default);
}
