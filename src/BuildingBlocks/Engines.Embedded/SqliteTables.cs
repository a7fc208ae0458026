using System.Globalization;
using System.Text.Json;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Embedded;

/// <summary>How the rows of one table lie in a file.</summary>
internal interface ISqliteTable
{
    ViewRow? Get(Database database, RowKey key);

    List<ViewRow> Slice(Database database, Slice slice);

    void Put(Database database, RowChange change);
}

/// <summary>Rows as they are: partition, sort key, stamp and body.</summary>
internal sealed class SqliteWide(string name) : ISqliteTable
{
    private readonly string _get = $"SELECT stamp, body FROM \"{name}\" WHERE p=?1 AND s=?2 AND body IS NOT NULL";
    private readonly string _ascending = $"SELECT s, stamp, body FROM \"{name}\" WHERE p=?1 AND s>=?2 AND s<?3 AND body IS NOT NULL ORDER BY s LIMIT ?4";
    private readonly string _descending = $"SELECT s, stamp, body FROM \"{name}\" WHERE p=?1 AND s>=?2 AND s<?3 AND body IS NOT NULL ORDER BY s DESC LIMIT ?4";

    // A deleted row stays as a stamp without a body, so that an older write cannot bring it back.
    private readonly string _put = $"INSERT INTO \"{name}\" VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET stamp=excluded.stamp, body=excluded.body WHERE excluded.stamp >= stamp";

    /// <summary>Makes the table unless it is there.</summary>
    public string Create { get; } = $"CREATE TABLE IF NOT EXISTS \"{name}\"(p TEXT NOT NULL, s TEXT NOT NULL, stamp INTEGER NOT NULL, body BLOB, PRIMARY KEY(p, s)) WITHOUT ROWID";

    public ViewRow? Get(Database database, RowKey key)
    {
        using var select = database.Prepare(_get);
        select.Bind(1, key.Partition).Bind(2, key.Sort);
        return select.Step() ? new ViewRow(key.Sort, select.Bytes(1), select.Int64(0)) : null;
    }

    public List<ViewRow> Slice(Database database, Slice slice)
    {
        var rows = new List<ViewRow>();
        using var select = database.Prepare(slice.Descending ? _descending : _ascending);
        select.Bind(1, slice.Partition).Bind(2, slice.From).Bind(3, slice.To ?? BuildingBlocks.Views.Slice.EndOf("")).Bind(4, slice.Limit);
        while (select.Step())
        {
            rows.Add(new ViewRow(select.Text(0), select.Bytes(2), select.Int64(1)));
        }
        return rows;
    }

    public void Put(Database database, RowChange change)
    {
        var put = database.Prepare(_put).Bind(1, change.Key.Partition).Bind(2, change.Key.Sort).Bind(3, change.Stamp);
        (change.Body is { } bytes ? put.Bind(4, bytes.Span) : put.BindNull(4)).Run();
    }
}

/// <summary>
/// Rows with a column for each property. They need no stamps: a batch is one transaction with its checkpoint, and one that does not begin there changes nothing.
/// </summary>
internal sealed class SqliteColumns : ISqliteTable
{
    private readonly RelationalTable _table;
    private readonly Dictionary<string, int> _places;
    private readonly string _get;
    private readonly string _slice;
    private readonly string _put;
    private readonly string _delete;

    public SqliteColumns(RelationalTable table)
    {
        _table = table;
        _places = [];
        foreach (var column in table.Columns)
        {
            _places.Add(column.Name, _places.Count);
        }
        var (columns, key) = (Names(table.Columns), string.Join(" AND ", table.Key.Select((c, i) => $"{c.Name}=?{i + 1}")));
        var values = string.Join(", ", table.Values.Select(c => table.IsSum ? $"{c.Name}={c.Name}+excluded.{c.Name}" : $"{c.Name}=excluded.{c.Name}"));
        _get = $"SELECT {columns} FROM \"{table.Name}\" WHERE {key}";
        _slice = $"SELECT {columns} FROM \"{table.Name}\" WHERE {table.Columns[0].Name}=?1 ORDER BY {Names(table.Key)}";
        _delete = $"DELETE FROM \"{table.Name}\" WHERE {key}";
        _put = $"INSERT INTO \"{table.Name}\" VALUES({string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"))}) ON CONFLICT({Names(table.Key)}) DO {(values.Length == 0 ? "NOTHING" : $"UPDATE SET {values}")}";
        Create = $"CREATE TABLE \"{table.Name}\"({string.Join(", ", table.Columns.Select(Define))}, PRIMARY KEY({Names(table.Key)})) WITHOUT ROWID;";
    }

    /// <summary>Makes the table.</summary>
    public string Create { get; }

    public ViewRow? Get(Database database, RowKey key)
    {
        using var select = database.Prepare(_get);
        BindKey(select, key);
        return select.Step() ? new ViewRow(key.Sort, Body(select), 0) : null;
    }

    public List<ViewRow> Slice(Database database, Slice slice)
    {
        var rows = new List<ViewRow>();
        using (var select = database.Prepare(_slice))
        {
            select.Bind(1, slice.Partition);
            while (select.Step())
            {
                rows.Add(new ViewRow(Sort(select), Body(select), 0));
            }
        }
        return [.. rows.Where(r => string.CompareOrdinal(r.Sort, slice.From) >= 0 && (slice.To is null || string.CompareOrdinal(r.Sort, slice.To) < 0)).Take(slice.Limit)];
    }

    public void Put(Database database, RowChange change)
    {
        if (change.Body is not { } body)
        {
            var delete = database.Prepare(_delete);
            BindKey(delete, change.Key);
            delete.Run();
            return;
        }
        var put = database.Prepare(_put);
        for (var i = 0; i < _table.Columns.Count; i++)
        {
            put.BindNull(i + 1);
        }
        var json = new Utf8JsonReader(body.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var place = _places[json.GetString()!];
            json.Read();
            Bind(put, place + 1, _table.Columns[place].Type, ref json);
        }
        put.Run();
    }

    private static void Bind(Database.Statement statement, int index, ColumnType type, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                statement.BindNull(index);
                break;
            case JsonTokenType.String when type == ColumnType.Time:
                statement.Bind(index, Text(json.GetDateTimeOffset()));
                break;
            case JsonTokenType.String:
                statement.Bind(index, json.GetString());
                break;
            case JsonTokenType.Number:
                statement.Bind(index, json.GetInt64());
                break;
            default:
                statement.Bind(index, json.GetBoolean() ? 1 : 0);
                break;
        }
    }

    private void BindKey(Database.Statement statement, RowKey key)
    {
        statement.Bind(1, key.Partition);
        if (_table.KeyColumns > 1)
        {
            if (_table.Columns[1].Type == ColumnType.Number)
            {
                statement.Bind(2, long.Parse(key.Sort, CultureInfo.InvariantCulture));
            }
            else
            {
                statement.Bind(2, key.Sort);
            }
        }
    }

    private string Sort(Database.Statement select) =>
        _table.KeyColumns == 1 ? "" : _table.Columns[1].Type == ColumnType.Number ? select.Int64(1).ToString("D19", CultureInfo.InvariantCulture) : select.Text(1);

    private byte[] Body(Database.Statement select)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            for (var i = 0; i < _table.Columns.Count; i++)
            {
                json.WritePropertyName(_table.Columns[i].Name);
                if (select.IsNull(i))
                {
                    json.WriteNullValue();
                }
                else if (_table.Columns[i].Type == ColumnType.Number)
                {
                    json.WriteNumberValue(select.Int64(i));
                }
                else if (_table.Columns[i].Type == ColumnType.Flag)
                {
                    json.WriteBooleanValue(select.Int64(i) != 0);
                }
                else
                {
                    json.WriteStringValue(select.Text(i));
                }
            }
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>A moment as it is stored: text whose order is the order of time.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(RelationalRow.TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Every row in the order of the key.</summary>
    public static string All(RelationalTable table) => $"SELECT {Names(table.Columns)} FROM \"{table.Name}\" ORDER BY {Names(table.Key)}";

    private static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(c => c.Name));

    private static string Define(Column column) =>
        $"{column.Name} {(column.Type is ColumnType.Number or ColumnType.Flag ? "INTEGER" : "TEXT")}{(column.IsOptional ? "" : " NOT NULL")}";
}
