using System.Globalization;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres.Relational;

/// <summary>
/// Rows with a column for each property: the database reads them out of one JSON text for a whole batch. They need no stamps: a batch is one transaction with its checkpoint, and one that does
/// not begin there changes nothing.
/// </summary>
internal sealed class PostgresColumns : IPostgresTable
{
    private readonly RelationalTable _table;
    private readonly string _get;
    private readonly string _getMany;
    private readonly string _slice;
    private readonly string _put;
    private readonly string _delete;

    public PostgresColumns(string schema, RelationalTable table)
    {
        _table = table;
        var name = $"{schema}.\"{table.Name}\"";
        var (partition, sort) = (table.Columns[0], table.KeyColumns > 1 ? table.Columns[1] : null);
        var sortText = sort is null ? "''" : sort.Type == ColumnType.Number ? $"lpad(t.{sort.Name}::text, 19, '0')" : $"t.{sort.Name}::text";
        var select = $"SELECT t.{partition.Name}::text, {sortText} AS s, 0::bigint, row_to_json(t)::text FROM {name} AS t";
        _get = $"{select} WHERE t.{partition.Name}=$1{(sort is null ? "" : $" AND t.{sort.Name}=$2")}";
        var asked = sort is null ? "unnest($1) AS asked(p)" : "unnest($1, $2) AS asked(p, s)";
        var match = sort is null ? $"t.{partition.Name}=asked.p" : $"t.{partition.Name}=asked.p AND t.{sort.Name}=asked.s";
        _getMany = $"{select} JOIN {asked} ON {match}";
        var order = sort is null ? "" : sort.Type == ColumnType.Text ? $" ORDER BY t.{sort.Name} COLLATE \"C\"" : $" ORDER BY t.{sort.Name}";
        _slice = $"{select} WHERE t.{partition.Name}=$1 AND {sortText} COLLATE \"C\" >= $2 AND ($3 IS NULL OR {sortText} COLLATE \"C\" < $3){order} LIMIT $4";
        _delete = $"DELETE FROM {name} AS t USING {asked} WHERE {match}";
        var columns = Names(table.Columns);
        var values = string.Join(", ", table.Values.Select(c => table.IsSum ? $"{c.Name}=stored.{c.Name}+excluded.{c.Name}" : $"{c.Name}=excluded.{c.Name}"));
        _put = $"INSERT INTO {name} AS stored ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, $1) ON CONFLICT ({Names(table.Key)}) DO {(values.Length == 0 ? "NOTHING" : $"UPDATE SET {values}")}";
    }

    public Statement Get(RowKey key) => new(_get,
        _table.KeyColumns > 1 ? [Value(_table.Columns[0], key.Partition), Value(_table.Columns[1], key.Sort)] : [Value(_table.Columns[0], key.Partition)]);

    public Statement Get(IReadOnlyList<RowKey> keys) => new(_getMany, Keys(keys));

    public Statement Slice(Slice slice) => new(_slice,
    [
        Value(_table.Columns[0], slice.Partition), new NpgsqlParameter<string> { TypedValue = slice.From },
        new NpgsqlParameter { Value = (object?)slice.To ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new NpgsqlParameter<int> { TypedValue = slice.Limit },
    ]);

    public IEnumerable<Statement> Put(RowChange[] rows)
    {
        var deleted = rows.Where(r => r.Body is null).Select(r => r.Key).ToList();
        if (deleted.Count > 0)
        {
            yield return new Statement(_delete, Keys(deleted));
        }
        var bodies = rows.Where(r => r.Body is not null).Select(r => r.Body!.Value).ToList();
        if (bodies.Count > 0)
        {
            yield return new Statement(_put, [new NpgsqlParameter<byte[]> { TypedValue = Together(bodies), NpgsqlDbType = NpgsqlDbType.Json }]);
        }
    }

    private static byte[] Together(List<ReadOnlyMemory<byte>> bodies)
    {
        var json = new byte[bodies.Sum(b => b.Length) + bodies.Count + 1];
        var at = 0;
        foreach (var body in bodies)
        {
            json[at++] = (byte)(at == 1 ? '[' : ',');
            body.Span.CopyTo(json.AsSpan(at));
            at += body.Length;
        }
        json[at] = (byte)']';
        return json;
    }

    private NpgsqlParameter[] Keys(IReadOnlyList<RowKey> keys) => _table.KeyColumns > 1
        ? [Values(_table.Columns[0], keys.Select(k => k.Partition)), Values(_table.Columns[1], keys.Select(k => k.Sort))]
        : [Values(_table.Columns[0], keys.Select(k => k.Partition))];

    // What is no such value is the key of no row.
    private static NpgsqlParameter Value(Column column, string text) => column.Type switch
    {
        ColumnType.Id => new NpgsqlParameter { Value = (object?)Id(text) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        ColumnType.Number => new NpgsqlParameter { Value = (object?)Number(text) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        _ => new NpgsqlParameter<string> { TypedValue = text },
    };

    private static NpgsqlParameter Values(Column column, IEnumerable<string> texts) => column.Type switch
    {
        ColumnType.Id => new NpgsqlParameter<Guid?[]> { TypedValue = [.. texts.Select(Id)] },
        ColumnType.Number => new NpgsqlParameter<long?[]> { TypedValue = [.. texts.Select(Number)] },
        _ => new NpgsqlParameter<string[]> { TypedValue = [.. texts] },
    };

    private static Guid? Id(string text) => Guid.TryParse(text, out var id) ? id : null;

    private static long? Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A statement of a module's own, with its tables where they are.</summary>
    public static string Named(string sql, string schema, RelationalModel model) => model.Migrations.SelectMany(m => m.Creates)
        .Aggregate(sql, (named, table) => named.Replace($"{{{table.Name}}}", $"{schema}.\"{table.Name}\"", StringComparison.Ordinal));

    /// <summary>Every row in the order of the key.</summary>
    public static string All(string schema, RelationalTable table) =>
        $"SELECT {Names(table.Columns)} FROM {schema}.\"{table.Name}\" ORDER BY {string.Join(", ", table.Key.Select(c => c.Type == ColumnType.Text ? $"{c.Name} COLLATE \"C\"" : c.Name))}";

    private static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name));
}
