using System.Diagnostics;
using System.Text;
using SQLitePCL;

namespace Kilo.Engines.Embedded;

/// <summary>
/// One SQLite connection in WAL mode with its prepared statements. Used by one thread at a time; other connections, of this
/// process or another on the same machine, may read and write the same file meanwhile.
/// </summary>
internal sealed class Database : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    /// <param name="path">The file; created when missing.</param>
    /// <param name="durable">True: a commit returns after fsync. False: a commit survives the process, and the file stays whole when the machine fails.</param>
    /// <param name="cacheKiB">Memory for pages.</param>
    /// <param name="pageKiB">The size of a page, when the file is created.</param>
    public Database(string path, bool durable, int cacheKiB = 1024, int pageKiB = 4)
    {
        Check(raw.sqlite3_open_v2(path, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null), "open");
        Execute($"PRAGMA page_size={pageKiB * 1024}; PRAGMA journal_mode=WAL; PRAGMA synchronous={(durable ? "FULL" : "NORMAL")}; PRAGMA cache_size=-{cacheKiB}; PRAGMA temp_store=MEMORY;");
    }

    public void Execute(string sql) => Check(Patiently(() => raw.sqlite3_exec(_handle, sql)), sql);

    /// <summary>The prepared statement; dispose it to make it ready for its next use.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            sqlite3_stmt? handle = null;
            Check(Patiently(() => raw.sqlite3_prepare_v2(_handle, sql, out handle)), sql);
            _statements[sql] = statement = new Statement(this, handle!);
        }
        return statement;
    }

    /// <summary>How many rows the last statement changed.</summary>
    public long Changes => raw.sqlite3_changes(_handle);

    /// <summary>Runs the work in one write transaction; the other writers of the file wait.</summary>
    public void Write(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            // After a failed commit SQLite may have rolled back by itself; then there is nothing to roll back.
            if (raw.sqlite3_get_autocommit(_handle) == 0)
            {
                raw.sqlite3_exec(_handle, "ROLLBACK");
            }
            throw;
        }
    }

    // In place of sqlite3_busy_timeout: the packaged SQLite is built without usleep, and each of its waits takes a whole second.
    // Only what begins a transaction is tried again; inside of one, busy means that waiting cannot help.
    private int Patiently(Func<int> work)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var code = work();
            if ((code & 0xFF) != raw.SQLITE_BUSY || raw.sqlite3_get_autocommit(_handle) == 0 || Stopwatch.GetElapsedTime(started) > LongestWait)
            {
                return code;
            }
            Thread.Sleep(1);
        }
    }

    internal void Check(int code, string what)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new DatabaseException(code, $"{raw.sqlite3_errmsg(_handle).utf8_to_string()} ({what})");
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }
        _handle.Dispose();
    }

    /// <summary>A prepared statement. Parameters and columns are counted from 1 and 0, as SQLite does.</summary>
    internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
    {
        public Statement Bind(int index, long value)
        {
            raw.sqlite3_bind_int64(handle, index, value);
            return this;
        }

        public Statement Bind(int index, string? value)
        {
            if (value is null)
            {
                raw.sqlite3_bind_null(handle, index);
                return this;
            }
            if (value.Length == 0)
            {
                // An empty span has no address, which SQLite takes for null.
                raw.sqlite3_bind_text(handle, index, "");
                return this;
            }
            var most = Encoding.UTF8.GetMaxByteCount(value.Length);
            Span<byte> utf8 = most <= 1024 ? stackalloc byte[most] : new byte[most];
            raw.sqlite3_bind_text(handle, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
            return this;
        }

        public Statement Bind(int index, ReadOnlySpan<byte> value)
        {
            raw.sqlite3_bind_blob(handle, index, value);
            return this;
        }

        public Statement Bind(int index, Guid value)
        {
            Span<byte> bytes = stackalloc byte[16];
            value.TryWriteBytes(bytes, bigEndian: true, out _);
            return Bind(index, bytes);
        }

        /// <summary>Text, a number, true or false as 1 or 0, or null.</summary>
        public Statement Bind(int index, object? value) => value switch
        {
            null => BindNull(index),
            string text => Bind(index, text),
            bool flag => Bind(index, flag ? 1 : 0),
            _ => Bind(index, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)),
        };

        public Statement BindNull(int index)
        {
            raw.sqlite3_bind_null(handle, index);
            return this;
        }

        /// <summary>True when there is a row.</summary>
        public bool Step()
        {
            var code = raw.sqlite3_step(handle);
            if ((code & 0xFF) == raw.SQLITE_BUSY)
            {
                code = database.Patiently(() => raw.sqlite3_step(handle));
            }
            if (code != raw.SQLITE_ROW && code != raw.SQLITE_DONE)
            {
                database.Check(code, "step");
            }
            return code == raw.SQLITE_ROW;
        }

        public int Columns => raw.sqlite3_column_count(handle);

        /// <summary>Text, a 64-bit number, a double, bytes, or null.</summary>
        public object? Value(int column) => raw.sqlite3_column_type(handle, column) switch
        {
            raw.SQLITE_INTEGER => Int64(column),
            raw.SQLITE_FLOAT => raw.sqlite3_column_double(handle, column),
            raw.SQLITE_TEXT => Text(column),
            raw.SQLITE_BLOB => Bytes(column),
            _ => null,
        };

        public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

        public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

        public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

        public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

        public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(handle, column);

        public Guid Guid(int column) => new(raw.sqlite3_column_blob(handle, column), bigEndian: true);

        /// <summary>Runs a statement that has no rows and makes it ready again.</summary>
        public void Run()
        {
            using (this)
            {
                Step();
            }
        }

        public void Dispose() => raw.sqlite3_reset(handle);

        internal void Close() => handle.Dispose();
    }
}

/// <summary>SQLite refused: busy for too long, disk full, file damaged.</summary>
internal sealed class DatabaseException(int code, string message) : IOException($"SQLite {code}: {message}")
{
    /// <summary>True when the file is no database, or its pages contradict each other.</summary>
    public bool IsDamage => (code & 0xFF) is raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT;
}
