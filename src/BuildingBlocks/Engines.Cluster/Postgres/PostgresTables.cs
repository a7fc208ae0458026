using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>A statement and its parameters.</summary>
internal readonly record struct Statement(string Sql, NpgsqlParameter[] Values);

/// <summary>How the rows of one table lie in a schema. What it reads has the columns partition, sort key, stamp and body.</summary>
internal interface IPostgresTable
{
    string Create { get; }

    Statement Get(RowKey key);

    Statement Get(IReadOnlyList<RowKey> keys);

    Statement Slice(Slice slice);

    /// <summary>Each row once, in the order of their keys.</summary>
    IEnumerable<Statement> Put(RowChange[] rows);
}

/// <summary>Rows as they are. Keys are stored as their UTF-8 bytes: their order is the contract's in every database, whatever its encoding and collation, and any text is a key.</summary>
internal sealed class PostgresWide(string name) : IPostgresTable
{
    private static readonly byte[] BehindEveryKey = [0xFF];

    private readonly string _get = $"SELECT p, s, stamp, body FROM {name} WHERE p=$1 AND s=$2 AND body IS NOT NULL";
    private readonly string _getMany = $"SELECT p, s, stamp, body FROM {name} JOIN unnest($1, $2) AS asked(p, s) USING (p, s) WHERE body IS NOT NULL";
    private readonly string _ascending = $"SELECT p, s, stamp, body FROM {name} WHERE p=$1 AND s>=$2 AND s<$3 AND body IS NOT NULL ORDER BY s LIMIT $4";
    private readonly string _descending = $"SELECT p, s, stamp, body FROM {name} WHERE p=$1 AND s>=$2 AND s<$3 AND body IS NOT NULL ORDER BY s DESC LIMIT $4";

    // A deleted row stays as a stamp without a body, so that an older write cannot bring it back.
    private readonly string _put = $"""
        INSERT INTO {name} AS stored SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (p, s) DO UPDATE SET stamp=excluded.stamp, body=excluded.body WHERE excluded.stamp >= stored.stamp
        """;

    public string Create { get; } = $"CREATE TABLE IF NOT EXISTS {name}(p bytea NOT NULL, s bytea NOT NULL, stamp bigint NOT NULL, body bytea, PRIMARY KEY(p, s));";

    public Statement Get(RowKey key) => new(_get, [Bytes(Utf8(key.Partition)), Bytes(Utf8(key.Sort))]);

    public Statement Get(IReadOnlyList<RowKey> keys) => new(_getMany,
        [Array([.. keys.Select(k => Utf8(k.Partition))], NpgsqlDbType.Bytea), Array([.. keys.Select(k => Utf8(k.Sort))], NpgsqlDbType.Bytea)]);

    public Statement Slice(Slice slice) => new(slice.Descending ? _descending : _ascending,
    [
        Bytes(Utf8(slice.Partition)), Bytes(Utf8(slice.From)), Bytes(slice.To is { } to ? Utf8(to) : BehindEveryKey), new NpgsqlParameter<int> { TypedValue = slice.Limit },
    ]);

    public IEnumerable<Statement> Put(RowChange[] rows)
    {
        var (partitions, sorts, stamps, bodies) = (new byte[rows.Length][], new byte[rows.Length][], new long[rows.Length], new ReadOnlyMemory<byte>?[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            var (key, body, stamp) = rows[i];
            partitions[i] = i > 0 && rows[i - 1].Key.Partition == key.Partition ? partitions[i - 1] : Utf8(key.Partition);
            (sorts[i], stamps[i], bodies[i]) = (Utf8(key.Sort), stamp, body);
        }
        yield return new Statement(_put,
            [Array(partitions, NpgsqlDbType.Bytea), Array(sorts, NpgsqlDbType.Bytea), Array(stamps, NpgsqlDbType.Bigint), Array(bodies, NpgsqlDbType.Bytea)]);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static NpgsqlParameter<byte[]> Bytes(byte[] value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static NpgsqlParameter<TItem[]> Array<TItem>(TItem[] values, NpgsqlDbType type) => new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}

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
        Create = $"CREATE TABLE IF NOT EXISTS {name}({string.Join(", ", table.Columns.Select(Define))}, PRIMARY KEY({Names(table.Key)}));"
            + string.Concat(table.Indexes.Select((index, i) => $"CREATE INDEX IF NOT EXISTS \"{table.Name}_{i}\" ON {name}{index};"));
    }

    public string Create { get; }

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

    /// <summary>Every row in the order of the key.</summary>
    public static string All(string schema, RelationalTable table) =>
        $"SELECT {Names(table.Columns)} FROM {schema}.\"{table.Name}\" ORDER BY {string.Join(", ", table.Key.Select(c => c.Type == ColumnType.Text ? $"{c.Name} COLLATE \"C\"" : c.Name))}";

    private static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name));

    private static string Define(Column column) => $"{column.Name} {TypeOf(column.Type)}{(column.IsOptional ? "" : " NOT NULL")}";

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Id => "uuid",
        ColumnType.Number => "bigint",
        ColumnType.Flag => "boolean",
        ColumnType.Time => "timestamptz",
        _ => "text",
    };
}
