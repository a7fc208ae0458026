using System.Text;
using Kilo.BuildingBlocks.Views;
using Npgsql;
using NpgsqlTypes;

namespace Kilo.Engines.Cluster.Postgres;

/// <summary>A statement and its parameters.</summary>
internal readonly record struct Statement(string Sql, NpgsqlParameter[] Values);

/// <summary>How the rows of one table lie in a schema. What it reads has the columns partition, sort key, stamp and body.</summary>
internal interface IPostgresTable
{
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

    /// <summary>Makes the table unless it is there.</summary>
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
