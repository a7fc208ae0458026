using Shouldly;
using SQLitePCL;

namespace Kilo.Engines.Tests.Sqlite;

/// <summary>Somebody else's hands on an engine's file: makes faults that really happen inside of SQLite.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly sqlite3 _handle;

    static SqliteFile() => Batteries_V2.Init();

    public SqliteFile(string path) => raw.sqlite3_open_v2(path, out _handle, raw.SQLITE_OPEN_READWRITE, null).ShouldBe(raw.SQLITE_OK);

    public void Execute(string sql)
    {
        int code;
        // An engine that just commits is let through.
        while ((code = raw.sqlite3_exec(_handle, sql)) == raw.SQLITE_BUSY)
        {
            Thread.Yield();
        }
        code.ShouldBe(raw.SQLITE_OK, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose() => _handle.Dispose();
}
