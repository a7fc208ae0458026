using System.Data;
using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres.Relational;

/// <summary>SQL over the published views.</summary>
internal sealed class PostgresRelations(PostgresServer server, RelationalModel model, PostgresViewStores stores, string module) : IRelations
{
    // What upkeep of many rows may take.
    private const int LongCommandSeconds = 600;

    private readonly PostgresSql _asked = new(server, model);

    public Task<SqlAnswer> AskAsync(SqlQuestion question, CancellationToken cancel) => _asked.AskAsync(question, cancel);

    public async IAsyncEnumerable<RelationalRow> ReadAsync(string sql, IReadOnlyList<object?> values, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var select = server.Source.CreateCommand(sql);
        select.Parameters.AddRange(values.Select(Parameter).ToArray());
        await foreach (var row in ReadAsync(select, cancel))
        {
            yield return row;
        }
    }

    private static async IAsyncEnumerable<RelationalRow> ReadAsync(NpgsqlCommand select, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = await TryAsync(() => select.ExecuteReaderAsync(cancel));
        while (await TryAsync(() => rows.ReadAsync(cancel)))
        {
            var row = new object?[rows.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = rows.IsDBNull(i) ? null : rows.GetValue(i);
            }
            yield return new RelationalRow(row);
        }
    }

    public Task<IRelationalSnapshot> SnapshotAsync(CancellationToken cancel) => TryAsync<IRelationalSnapshot>(async () =>
    {
        var schema = await stores.SchemaAsync(module, cancel);
        var connection = await server.Source.OpenConnectionAsync(cancel);
        try
        {
            // What its first statement sees, all of its statements see.
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var checkpoints = new Dictionary<string, long>();
            await using var select = new NpgsqlCommand($"SELECT source, next FROM {schema}.checkpoint", connection, transaction);
            await using var rows = await select.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
            {
                checkpoints[rows.GetString(0)] = rows.GetInt64(1);
            }
            return new Moment(connection, transaction, schema, checkpoints);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    });

    private sealed class Moment(NpgsqlConnection connection, NpgsqlTransaction transaction, string schema, IReadOnlyDictionary<string, long> checkpoints) : IRelationalSnapshot
    {
        public IReadOnlyDictionary<string, long> Checkpoints => checkpoints;

        public async IAsyncEnumerable<RelationalRow> ReadAsync(RelationalTable table, [EnumeratorCancellation] CancellationToken cancel)
        {
            await using var select = new NpgsqlCommand(PostgresColumns.All(schema, table), connection, transaction) { CommandTimeout = LongCommandSeconds };
            await foreach (var row in PostgresRelations.ReadAsync(select, cancel))
            {
                yield return row;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    public Task<IReadOnlyList<long>> WriteAsync(IReadOnlyList<string> tables, IReadOnlyList<RelationalStatement> statements, CancellationToken cancel) => TryAsync<IReadOnlyList<long>>(async () =>
    {
        var schema = await stores.SchemaAsync(module, cancel);
        var changed = new List<long>();
        await using var connection = await server.Source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var context = new RelationalContext(transaction, schema, LongCommandSeconds);
        await context.RunAsync(new($"LOCK TABLE {string.Join(", ", tables.Select(t => $"{schema}.\"{t}\""))} IN SHARE ROW EXCLUSIVE MODE", []), cancel);
        foreach (var (sql, values) in statements)
        {
            changed.Add(await context.RunAsync(new(PostgresColumns.Named(sql, schema, model), [.. values.Select(Parameter)]), cancel));
        }
        await transaction.CommitAsync(cancel);
        return changed;
    });

    private static async Task<TResult> TryAsync<TResult>(Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new ViewsUnavailableException("Nothing was folded yet.", e);
        }
        catch (Exception e) when (PostgresServer.IsUnavailable(e))
        {
            throw new ViewsUnavailableException("The views could not be read.", e);
        }
    }

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        DateTimeOffset time => new NpgsqlParameter { Value = time.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz },
        _ => new NpgsqlParameter { Value = value },
    };
}
