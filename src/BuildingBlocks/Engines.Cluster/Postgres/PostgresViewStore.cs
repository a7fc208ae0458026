using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>
/// A module's rows in a PostgreSQL schema. A batch and its checkpoint are one transaction and one round trip.
/// </summary>
/// <remarks>
/// Commits wait for the disk, although views can be folded again: a pump that has nothing more to fold would not notice that PostgreSQL came
/// back without its last batches.
/// </remarks>
internal class PostgresViewStore : IViewStore, IDisposable
{
    // Rows of one statement: enough that the statement costs little, and no message is huge.
    private const int RowsPerStatement = 1_000;

    // What a large batch, and emptying views, may take.
    private const int LongCommandSeconds = 60;

    // Names the migrations that were made, where there are any.
    public const string MigrationTable = "migration";

    private const string Moved = "KL001";
    private const string SetUpAnew = "KL002";

    // Only what no notification told.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    // A process that another build has overtaken takes the views back when that one has folded nothing for so long.
    private const string Silence = "1 minute";

    /// <param name="Generation">Changes whenever views are emptied, or tables go.</param>
    /// <param name="Foreign">Tables of another build, which this one would not fold.</param>
    /// <param name="IsOvertaken">True: another process has done so since this one set the views up.</param>
    private sealed record Standing(string Generation, string[] Foreign, bool IsOvertaken);

    private readonly PostgresServer _server;
    private readonly IEventLog _log;
    private readonly string _schema;
    private readonly Dictionary<string, IPostgresTable> _tables;
    private readonly Action _listen;
    private readonly Watermarks _checkpoints;
    private readonly SetUp _setUp = new();
    private volatile Standing? _standing;

    /// <param name="server">The database.</param>
    /// <param name="log">What is folded.</param>
    /// <param name="schema">Where the tables are.</param>
    /// <param name="tables">Those of the module.</param>
    /// <param name="listen">Begins to hear what others fold.</param>
    public PostgresViewStore(PostgresServer server, IEventLog log, string schema, IEnumerable<string> tables, Action listen)
        : this(server, log, schema, tables.ToDictionary(t => t, t => Wide(schema, t)), listen)
    {
    }

    protected PostgresViewStore(PostgresServer server, IEventLog log, string schema, Dictionary<string, IPostgresTable> tables, Action listen)
    {
        (_server, _log, _schema, _tables, _listen) = (server, log, schema, tables, listen);
        _checkpoints = new Watermarks(ReadCheckpointAsync, LookInterval);
    }

    /// <summary>A table without columns.</summary>
    protected static IPostgresTable Wide(string schema, string table) => new PostgresWide($"{schema}.\"{table}\"");

    /// <summary>True: who only reads makes no tables.</summary>
    protected virtual bool IsMadeByFoldersAlone => false;

    public Task PrepareAsync(CancellationToken cancel) => GuardAsync("written", async () =>
    {
        await SetUpAsync(cancel);
        return true;
    });

    public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => ReadAsync<ViewRow?>(
        _tables[key.Table].Get(key), async row => await row.ReadAsync(cancel) ? new ViewRow(key.Sort, row.GetFieldValue<byte[]>(3), row.GetInt64(2)) : null, cancel);

    public async ValueTask<IReadOnlyList<ViewRow?>> GetManyAsync(IReadOnlyList<RowKey> keys, CancellationToken cancel)
    {
        var found = new Dictionary<RowKey, ViewRow>();
        foreach (var table in keys.GroupBy(k => k.Table))
        {
            found = await ReadAsync(
                _tables[table.Key].Get([.. table.Distinct()]),
                async row =>
                {
                    while (await row.ReadAsync(cancel))
                    {
                        var sort = TextOf(row, 1);
                        found[new RowKey(table.Key, TextOf(row, 0), sort)] = new ViewRow(sort, row.GetFieldValue<byte[]>(3), row.GetInt64(2));
                    }
                    return found;
                },
                cancel);
        }
        return [.. keys.Select(k => found.GetValueOrDefault(k))];
    }

    public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => ReadAsync<IReadOnlyList<ViewRow>>(
        _tables[slice.Table].Slice(slice),
        async row =>
        {
            var rows = new List<ViewRow>();
            while (await row.ReadAsync(cancel))
            {
                rows.Add(new ViewRow(TextOf(row, 1), row.GetFieldValue<byte[]>(3), row.GetInt64(2)));
            }
            return rows;
        },
        cancel);

    public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ReadCheckpointAsync($"{topic}/{partition}", cancel);

    public async ValueTask<IReadOnlyList<long>> CheckpointsAsync(string topic, int partitions, CancellationToken cancel)
    {
        var next = new long[partitions];
        return await ReadAsync<IReadOnlyList<long>>(
            new($"SELECT n - 1, next FROM {_schema}.checkpoint JOIN unnest($1) WITH ORDINALITY AS asked(name, n) ON source = name",
                [new NpgsqlParameter<string[]> { TypedValue = [.. Enumerable.Range(0, partitions).Select(partition => $"{topic}/{partition}")] }]),
            async row =>
            {
                while (await row.ReadAsync(cancel))
                {
                    next[row.GetInt64(0)] = row.GetInt64(1);
                }
                return next;
            },
            cancel,
            () => next);
    }

    public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel)
    {
        _listen();
        return _checkpoints.WaitAsync($"{topic}/{partition}", offset, cancel);
    }

    /// <summary>Another process has folded.</summary>
    public void Raise(string source, long next) => _checkpoints.Raise(source, next);

    public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
    {
        var source = $"{checkpoint.Topic}/{checkpoint.Partition}";
        await GuardAsync("written", async () =>
        {
            await SetUpAsync(cancel);
            if (_standing!.Foreign.Length > 0)
            {
                await TakeOverAsync(cancel);
            }
            var rows = InOrder(changes).GroupBy(r => r.Key.Table).SelectMany(table => table.Chunk(RowsPerStatement));
            try
            {
                await RunAsync([Advance(source, checkpoint), .. rows.SelectMany(r => _tables[r[0].Key.Table].Put(r))], changes.Count > RowsPerStatement ? LongCommandSeconds : null, cancel);
            }
            catch (PostgresException e) when (e.SqlState == Moved)
            {
                throw new CheckpointMovedException();
            }
            return true;
        });
        _checkpoints.Raise(source, checkpoint.Next);
    }

    /// <summary>Runs the statements of a batch in one transaction.</summary>
    /// <param name="statements">In this order.</param>
    /// <param name="seconds">What all of them may take; null: the usual.</param>
    /// <param name="cancel">Changes nothing.</param>
    protected virtual async Task RunAsync(IReadOnlyList<Statement> statements, int? seconds, CancellationToken cancel)
    {
        // Without Begin and Commit, a batch is one transaction, and one round trip.
        await using var batch = _server.Source.CreateBatch();
        foreach (var (sql, values) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange(values);
            batch.BatchCommands.Add(command);
        }
        batch.Timeout = seconds ?? batch.Timeout;
        await batch.ExecuteNonQueryAsync(cancel);
    }

    // The fence, and first of all: whoever folds the same partition waits here until this batch is whole, so that no two batches wait for each other's rows.
    private Statement Advance(string source, Checkpoint checkpoint) => new($"SELECT {_schema}.advance($1, $2, $3, $4)",
    [
        new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter { Value = (object?)checkpoint.From ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        new NpgsqlParameter<long> { TypedValue = checkpoint.Next }, new NpgsqlParameter<string> { TypedValue = _standing!.Generation },
    ]);

    /// <summary>Each row once, as the last change of the highest stamp has it, and neighbours together.</summary>
    private static IReadOnlyCollection<RowChange> InOrder(IReadOnlyCollection<RowChange> changes)
    {
        RowKey? before = null;
        foreach (var (key, _, _) in changes)
        {
            if (before is { } last && Compare(last, key) >= 0)
            {
                return Sorted(changes);
            }
            before = key;
        }
        // As a pump's batches always are.
        return changes;
    }

    private static List<RowChange> Sorted(IReadOnlyCollection<RowChange> changes)
    {
        var last = new Dictionary<RowKey, RowChange>(changes.Count);
        foreach (var change in changes)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(last, change.Key, out var exists);
            if (!exists || row.Stamp <= change.Stamp)
            {
                row = change;
            }
        }
        var rows = last.Values.ToList();
        rows.Sort((a, b) => Compare(a.Key, b.Key));
        return rows;
    }

    private static int Compare(RowKey a, RowKey b) =>
        string.CompareOrdinal(a.Table, b.Table) is var table and not 0 ? table
        : string.CompareOrdinal(a.Partition, b.Partition) is var partition and not 0 ? partition
        : string.CompareOrdinal(a.Sort, b.Sort);

    private ValueTask<long> ReadCheckpointAsync(string source, CancellationToken cancel) => ReadAsync(
        new($"SELECT next FROM {_schema}.checkpoint WHERE source=$1", [new NpgsqlParameter<string> { TypedValue = source }]),
        async row => await row.ReadAsync(cancel) ? row.GetInt64(0) : 0,
        cancel,
        () => 0);

    // Unfolded: the answer where nobody has folded yet, if there is one.
    private ValueTask<TResult> ReadAsync<TResult>(Statement statement, Func<NpgsqlDataReader, Task<TResult>> read, CancellationToken cancel, Func<TResult>? unfolded = null) => new(GuardAsync("read", async () =>
    {
        if (!IsMadeByFoldersAlone)
        {
            await SetUpAsync(cancel);
        }
        try
        {
            return await ReadOnceAsync(statement, read, cancel);
        }
        catch (NpgsqlException e) when (e is PostgresException ? e.SqlState == PostgresErrorCodes.AdminShutdown : e.InnerException is IOException)
        {
            // The pool held connections to a server that has been started again since: the next one is new.
            return await ReadOnceAsync(new(statement.Sql, [.. statement.Values.Select(v => v.Clone())]), read, cancel);
        }
        catch (PostgresException e) when (IsMadeByFoldersAlone && e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return unfolded is null ? throw new ViewsUnavailableException("Nothing was folded yet.", e) : unfolded();
        }
    }));

    private async Task<TResult> ReadOnceAsync<TResult>(Statement statement, Func<NpgsqlDataReader, Task<TResult>> read, CancellationToken cancel)
    {
        await using var select = _server.Source.CreateCommand(statement.Sql);
        select.Parameters.AddRange(statement.Values);
        await using var row = await select.ExecuteReaderAsync(cancel);
        return await read(row);
    }

    private async Task<TResult> GuardAsync<TResult>(string done, Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is LogUnavailableException || PostgresServer.IsUnavailable(e))
        {
            if (e is PostgresException
                { SqlState: SetUpAnew or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName })
            {
                _setUp.Again();
            }
            throw new ViewsUnavailableException($"The views could not be {done}.", e);
        }
    }

    private ValueTask SetUpAsync(CancellationToken cancel) => _setUp.OnceAsync(async token =>
    {
        var epoch = _log.Epoch;
        await using var connection = await _server.Source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var database = new Transaction(transaction, token);
        await database.RunAsync(PostgresServer.SetUp(_schema));
        await database.RunAsync($"""
            CREATE TABLE IF NOT EXISTS {_schema}.meta(name text PRIMARY KEY, value text NOT NULL, at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE IF NOT EXISTS {_schema}.checkpoint(source text PRIMARY KEY, next bigint NOT NULL, at timestamptz NOT NULL) WITH (fillfactor=50);
            CREATE OR REPLACE FUNCTION {_schema}.advance(_source text, _from bigint, _next bigint, _generation text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO {_schema}.checkpoint AS stored SELECT _source, _next, now()
                WHERE coalesce(_from, 0) = 0 OR EXISTS(SELECT FROM {_schema}.checkpoint WHERE source = _source)
                ON CONFLICT (source) DO UPDATE SET next=greatest(stored.next, excluded.next), at=excluded.at WHERE _from IS NULL OR stored.next = _from;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'Another consumer has moved the checkpoint.' USING ERRCODE = '{Moved}';
                END IF;
                IF NOT EXISTS(SELECT FROM {_schema}.meta WHERE name = 'generation' AND value = _generation) THEN
                    RAISE EXCEPTION 'These views were set up anew.' USING ERRCODE = '{SetUpAnew}';
                END IF;
                PERFORM pg_notify('{PostgresViewStores.Channel}', '{_schema} ' || _source || ' ' || _next);
            END $$
            """);
        var generation = await GenerationAsync(database);
        var isOvertaken = _standing is { } before && generation is not null && (before.IsOvertaken || before.Generation != generation);
        await EmptyWhatMustBeFoldedAgainAsync(database, epoch, isOvertaken, await IsTableDueAsync(transaction, token));
        await MakeTablesAsync(transaction, token);
        string[] foreign = [.. (await TablesAsync(database)).Except(_tables.Keys)];
        generation = await GenerationAsync(database);
        await transaction.CommitAsync(token);
        _standing = new Standing(generation!, foreign, isOvertaken);
    }, cancel);

    /// <summary>True: a migration that creates a table was not made yet.</summary>
    protected virtual Task<bool> IsTableDueAsync(NpgsqlTransaction transaction, CancellationToken cancel) => Task.FromResult(false);

    /// <summary>Makes the tables that are not there, in the transaction that sets up.</summary>
    protected virtual async Task MakeTablesAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var database = new Transaction(transaction, cancel);
        var existing = await TablesAsync(database);
        foreach (var table in _tables.Where(t => !existing.Contains(t.Key)).Select(t => t.Value).OfType<PostgresWide>())
        {
            await database.RunAsync(table.Create);
        }
    }

    // Views of another log are worth nothing, and a table that is new to these views has missed what was folded before. Tables that no build
    // needs any more go too.
    private async Task EmptyWhatMustBeFoldedAgainAsync(Transaction database, string epoch, bool isOvertaken, bool isTableDue)
    {
        var existing = await TablesAsync(database);
        var sameLog = (await database.TextsAsync($"SELECT value FROM {_schema}.meta WHERE name='epoch'")).Contains(epoch);
        if (sameLog && !isTableDue && _tables.Keys.All(existing.Contains))
        {
            return;
        }
        // Nobody folds meanwhile: every batch begins with its checkpoint.
        await database.RunAsync($"LOCK TABLE {_schema}.checkpoint IN ACCESS EXCLUSIVE MODE");
        if (isOvertaken)
        {
            await MustBeSilentAsync(database);
        }
        if (!sameLog || isTableDue || (await database.TextsAsync($"SELECT source FROM {_schema}.checkpoint LIMIT 1")).Count > 0)
        {
            await database.RunAsync($"DELETE FROM {_schema}.checkpoint; " + string.Join(' ', existing.Append(MigrationTable).Select(t => $"DROP TABLE IF EXISTS {Name(t)} CASCADE;")));
            await database.RunAsync($"INSERT INTO {_schema}.meta VALUES('epoch', $1) ON CONFLICT (name) DO UPDATE SET value=excluded.value", epoch);
            await NewGenerationAsync(database);
        }
    }

    // Another build keeps tables here that this one does not fold. They go before the first batch: were they left, they would miss it, and nobody
    // could tell. So an older build works at once when it is started again, while one that a newer build has overtaken stands back.
    private async Task TakeOverAsync(CancellationToken cancel)
    {
        await using (var connection = await _server.Source.OpenConnectionAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            var database = new Transaction(transaction, cancel);
            await database.RunAsync(PostgresServer.SetUp(_schema));
            await database.RunAsync($"LOCK TABLE {_schema}.checkpoint IN ACCESS EXCLUSIVE MODE");
            if (_standing!.IsOvertaken)
            {
                await MustBeSilentAsync(database);
            }
            var foreign = (await TablesAsync(database)).Except(_tables.Keys).ToArray();
            if (foreign.Length > 0)
            {
                await database.RunAsync(string.Join(' ', foreign.Select(t => $"DROP TABLE {Name(t)} CASCADE;")));
                var generation = await NewGenerationAsync(database);
                await transaction.CommitAsync(cancel);
                _standing = new Standing(generation, [], IsOvertaken: false);
                return;
            }
        }
        _setUp.Again();
        await SetUpAsync(cancel);
    }

    /// <exception cref="ViewsUnavailableException">The build that came later is at work.</exception>
    private async Task MustBeSilentAsync(Transaction database)
    {
        if ((await database.TextsAsync($"""
            SELECT '' FROM {_schema}.checkpoint WHERE at > now() - interval '{Silence}' UNION ALL
            SELECT '' FROM {_schema}.meta WHERE name='generation' AND at > now() - interval '{Silence}' LIMIT 1
            """)).Count > 0)
        {
            throw new ViewsUnavailableException("Another build of Kilo, with other tables, has taken these views over.");
        }
    }

    private async Task<string?> GenerationAsync(Transaction database) =>
        (await database.TextsAsync($"SELECT value FROM {_schema}.meta WHERE name='generation'")).FirstOrDefault();

    private async Task<string> NewGenerationAsync(Transaction database)
    {
        var generation = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        await database.RunAsync($"INSERT INTO {_schema}.meta VALUES('generation', $1) ON CONFLICT (name) DO UPDATE SET value=excluded.value, at=now()", generation);
        return generation;
    }

    private async Task<List<string>> TablesAsync(Transaction database) =>
        await database.TextsAsync($"SELECT tablename FROM pg_tables WHERE schemaname=$1 AND tablename NOT IN ('meta', 'checkpoint', '{MigrationTable}')", _schema);

    private string Name(string table) => $"{_schema}.\"{table}\"";

    private static string TextOf(NpgsqlDataReader row, int column) => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _checkpoints.Dispose();
        _setUp.Dispose();
    }

    /// <summary>Statements of setting up: rare, and given time.</summary>
    private readonly struct Transaction(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        public async Task RunAsync(string sql, params string[] values)
        {
            await using var command = Command(sql, values);
            await command.ExecuteNonQueryAsync(cancel);
        }

        public async Task<List<string>> TextsAsync(string sql, params string[] values)
        {
            await using var command = Command(sql, values);
            await using var row = await command.ExecuteReaderAsync(cancel);
            var texts = new List<string>();
            while (await row.ReadAsync(cancel))
            {
                texts.Add(row.GetString(0));
            }
            return texts;
        }

        private NpgsqlCommand Command(string sql, string[] values)
        {
            var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = LongCommandSeconds };
            command.Parameters.AddRange(values.Select(v => new NpgsqlParameter<string> { TypedValue = v }).ToArray());
            return command;
        }
    }
}
