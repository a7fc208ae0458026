using System.Collections.Frozen;
using System.Diagnostics;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using SQLitePCL;

namespace Kilo.Engines.Embedded;

/// <summary>
/// One statement that somebody wrote, on a connection of its own: the file is attached for reading to an empty database, the engine asks for permission for every table and function that the statement
/// names, and looks at the clock while it works.
/// </summary>
internal sealed class SqliteSql
{
    private const int LongestValue = 1_000_000;
    private const int InstructionsPerLook = 1_000;

    // Sorting and grouping are done in memory, which belongs to the process that serves everybody.
    private const long MostMemory = 256L << 20;

    private static readonly FrozenSet<string> Functions = SqlGuard.Words("date time datetime julianday strftime ifnull iif instr typeof total likely unlikely like glob");

    static SqliteSql() => Batteries_V2.Init();

    private readonly RelationalModel _model;
    private readonly CancellationToken _cancel;
    private readonly TimeSpan _timeout;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _memory = raw.sqlite3_memory_used();
    private readonly HashSet<string> _known;
    private readonly HashSet<string> _hidden = new(StringComparer.OrdinalIgnoreCase);
    private string? _refused;
    private bool _isTooLarge;

    private SqliteSql(RelationalModel model, TimeSpan timeout, CancellationToken cancel)
    {
        (_model, _timeout, _cancel) = (model, timeout, cancel);
        _known = model.Published.Select(p => p.Name).Concat(model.Tables.Select(t => t.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private bool IsTooSlow => Stopwatch.GetElapsedTime(_started) > _timeout;

    // Of the whole process, so that several statements share it.
    private bool IsTooLarge => raw.sqlite3_memory_used() - _memory > MostMemory;

    public static SqlAnswer Ask(string path, RelationalModel model, SqlQuestion question, CancellationToken cancel)
    {
        var sql = SqlGuard.Check(question.Sql, model, Functions);
        var limited = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SELECT * FROM ({sql}\n) LIMIT {question.MaxRows + 1}");
        return new SqliteSql(model, question.Timeout, cancel).Run(path, question.Explain ? $"EXPLAIN QUERY PLAN {limited}" : limited, question);
    }

    private SqlAnswer Run(string path, string sql, SqlQuestion question)
    {
        var code = raw.sqlite3_open_v2(":memory:", out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_URI | raw.SQLITE_OPEN_NOMUTEX, null);
        using (database)
        {
            Check(database, code);
            raw.sqlite3_limit(database, raw.SQLITE_LIMIT_LENGTH, LongestValue);
            var uri = new Uri(path).AbsoluteUri.Replace("'", "''", StringComparison.Ordinal);
            Check(database, raw.sqlite3_exec(database, $"PRAGMA temp_store=MEMORY; ATTACH '{uri}?mode=ro' AS {_model.Schema}; PRAGMA query_only=1"));
            Hide(database);
            strdelegate_authorizer authorize = (_, action, first, second, _, _) => Authorize(action, first, second);
            delegate_progress look = _ => (_isTooLarge |= IsTooLarge) || IsTooSlow || _cancel.IsCancellationRequested ? 1 : 0;
            raw.sqlite3_set_authorizer(database, authorize, null);
            raw.sqlite3_progress_handler(database, InstructionsPerLook, look, null);
            try
            {
                Check(database, raw.sqlite3_prepare_v2(database, sql, out var statement));
                using (statement)
                {
                    return raw.sqlite3_stmt_readonly(statement) != 0 ? Read(database, statement, question) : throw new SqlFaultException(SqlFault.Refused, "Only statements that read are carried out.");
                }
            }
            finally
            {
                GC.KeepAlive(authorize);
                GC.KeepAlive(look);
            }
        }
    }

    // What else is in the file.
    private void Hide(sqlite3 database)
    {
        Check(database, raw.sqlite3_prepare_v2(database, $"SELECT name FROM {_model.Schema}.sqlite_schema", out var names));
        using (names)
        {
            while (raw.sqlite3_step(names) == raw.SQLITE_ROW)
            {
                _hidden.Add(raw.sqlite3_column_text(names, 0).utf8_to_string());
            }
        }
        _hidden.ExceptWith(_known);
    }

    private SqlAnswer Read(sqlite3 database, sqlite3_stmt statement, SqlQuestion question)
    {
        var rows = new List<object?[]>();
        var names = Enumerable.Range(0, raw.sqlite3_column_count(statement)).Select(i => raw.sqlite3_column_name(statement, i).utf8_to_string()).ToArray();
        while (true)
        {
            var code = raw.sqlite3_step(statement);
            if (code == raw.SQLITE_DONE)
            {
                break;
            }
            Check(database, code);
            rows.Add([.. Enumerable.Range(0, names.Length).Select(i => Value(statement, i))]);
        }
        if (question.Explain)
        {
            return new SqlAnswer([new("plan", "text")], [.. rows.Select(r => new object?[] { r[^1] })], false);
        }
        var isTruncated = rows.Count > question.MaxRows;
        if (isTruncated)
        {
            rows.RemoveAt(rows.Count - 1);
        }
        return new SqlAnswer([.. names.Select((name, i) => new SqlColumn(name, rows.Select(r => r[i]).FirstOrDefault(v => v is not null) is long or double ? "number" : "text"))], rows, isTruncated);
    }

    private int Authorize(int action, string? first, string? second)
    {
        var isPermitted = action switch
        {
            raw.SQLITE_SELECT or raw.SQLITE_RECURSIVE => true,
            // The tables below are read by those that are published; the statement itself could not name them. A name of its own in a WITH list is asked for without a column, when only its rows count.
            raw.SQLITE_READ => first is not null && (_known.Contains(first) || (string.IsNullOrEmpty(second) && !_hidden.Contains(first) && !first.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))),
            raw.SQLITE_FUNCTION => second is not null && (Functions.Contains(second.ToLowerInvariant()) || SqlGuard.IsCommon(second.ToLowerInvariant())),
            _ => false,
        };
        if (isPermitted)
        {
            return raw.SQLITE_OK;
        }
        _refused ??= action == raw.SQLITE_FUNCTION ? $"The function {second} is not permitted." : $"Only the published tables can be read{(string.IsNullOrEmpty(first) ? "" : $", not {first}")}.";
        return raw.SQLITE_DENY;
    }

    private static object? Value(sqlite3_stmt statement, int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_NULL => null,
        _ => raw.sqlite3_column_text(statement, column).utf8_to_string(),
    };

    private void Check(sqlite3 database, int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }
        _cancel.ThrowIfCancellationRequested();
        var message = raw.sqlite3_errmsg(database).utf8_to_string();
        throw (code & 0xFF) switch
        {
            raw.SQLITE_INTERRUPT when _isTooLarge => new SqlFaultException(SqlFault.TooLarge, $"The statement needs more than {MostMemory >> 20} MiB of memory."),
            raw.SQLITE_INTERRUPT => new SqlFaultException(SqlFault.TooSlow, $"The statement took longer than {_timeout.TotalSeconds:0.#} s."),
            raw.SQLITE_AUTH => new SqlFaultException(SqlFault.Refused, _refused ?? "That is not permitted."),
            raw.SQLITE_READONLY => new SqlFaultException(SqlFault.Refused, "Only statements that read are carried out."),
            raw.SQLITE_ERROR or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE => _refused is null ? new SqlFaultException(SqlFault.Invalid, Sentence(message)) : new SqlFaultException(SqlFault.Refused, _refused),
            _ => new ViewsUnavailableException($"The views could not be read: {message}.", new DatabaseException(code, message)),
        };
    }

    private static string Sentence(string message) => message.Length == 0 ? "That is no statement." : $"{char.ToUpperInvariant(message[0])}{message[1..]}.";
}
