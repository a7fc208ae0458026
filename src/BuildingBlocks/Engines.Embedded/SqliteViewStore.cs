using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Embedded;

/// <summary>One SQLite file per module and generation under <c>views/</c>; a small file beside them names the generation that is served.</summary>
internal sealed class SqliteViewStores(string directory, IEventLog log, ILogger<SqliteViewStores> logger, RelationalModel? relations = null) : ViewGenerations(TimeSpan.FromMilliseconds(250))
{
    private static readonly string[] FileSuffixes = ["", "-wal", "-shm"];

    private readonly Lazy<string> _place = new(() => ReadPlace(directory));

    public override string? Place => _place.Value;

    protected override ValueTask<int> ServingAsync(string module, CancellationToken cancel)
    {
        try
        {
            return ValueTask.FromResult(File.Exists(ServingFile(module)) ? int.Parse(File.ReadAllText(ServingFile(module)), CultureInfo.InvariantCulture) : 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ViewsUnavailableException($"It cannot be read which generation of the views of {module} is served.", e);
        }
    }

    protected override IViewStore OpenGeneration(string module, int generation, IReadOnlyCollection<string> tables)
    {
        Directory.CreateDirectory(directory);
        var path = PathOf(module, generation);
        try
        {
            return new SqliteViewStore(path, tables, log.Epoch, relations);
        }
        catch (DatabaseException e) when (e.IsDamage)
        {
            // Views can always be folded again: a damaged file is put aside, for whoever wants to know why, and a new one begun.
            var aside = $"{path}.damaged-{Guid.NewGuid():N}";
            logger.LogError(e, "The view file {Path} is damaged. It was moved to {Aside}, and the views are folded again from the log.", path, aside);
            foreach (var suffix in FileSuffixes.Where(s => File.Exists(path + s)))
            {
                File.Move(path + suffix, aside + suffix);
            }
            return new SqliteViewStore(path, tables, log.Epoch, relations);
        }
    }

    /// <summary>The store that is served at this moment, for SQL over what it publishes.</summary>
    public async ValueTask<SqliteViewStore> SqlAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel) =>
        (SqliteViewStore)await ServedAsync(module, tables, cancel);

    protected override Task ServeAsync(string module, int generation, CancellationToken cancel)
    {
        // Renamed into its place: whoever reads it sees one number or the other.
        var next = ServingFile(module) + ".next";
        using (var file = File.Create(next))
        {
            file.Write(Encoding.ASCII.GetBytes(generation.ToString(CultureInfo.InvariantCulture)));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, ServingFile(module), overwrite: true);
        FileSync.SyncDirectory(directory);
        return Task.CompletedTask;
    }

    protected override Task DropAsync(string module, int generation, CancellationToken cancel)
    {
        foreach (var suffix in FileSuffixes)
        {
            File.Delete(PathOf(module, generation) + suffix);
        }
        return Task.CompletedTask;
    }

    // One file, whoever comes first: moving it into place replaces nothing.
    private static string ReadPlace(string directory)
    {
        var path = Path.Combine(directory, "place");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(directory);
            var fresh = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(fresh, Guid.NewGuid().ToString("N")[..8]);
            try
            {
                File.Move(fresh, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(fresh);
            }
        }
        return File.ReadAllText(path);
    }

    private string ServingFile(string module) => Path.Combine(directory, module + ".generation");

    private string PathOf(string module, int generation) =>
        Path.Combine(directory, generation == 0 ? module + ".db" : string.Create(CultureInfo.InvariantCulture, $"{module}.{generation}.db"));
}

/// <summary>
/// Wide rows in a SQLite file, clustered by partition and sort key. A batch and its checkpoint are one transaction. Commits are not
/// fsynced: after a power cut the file is an older consistent state, and the log folds it forward again.
/// </summary>
internal sealed class SqliteViewStore : IViewStore, IDisposable
{
    // What another process folded is seen after this long at the latest.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    // Pages in the write-ahead log before they are copied into the file: 16 MiB, and 1 GiB while catching up. Then changes are all over the
    // file, and a page that gathers more of them before it is copied, and synced, is copied less often.
    private const int UsualPages = 2_048;
    private const int CatchUpPages = 131_072;
    private const int CatchUpChanges = 5_000;

    private readonly Database _writer;
    private readonly Lock _writing = new();
    private int _copyBackAfter;
    private readonly DatabasePool _readers;
    private readonly Watermarks _checkpoints;
    private readonly Dictionary<string, ISqliteTable> _tables;

    public SqliteViewStore(string path, IReadOnlyCollection<string> tables, string epoch, RelationalModel? relations = null)
    {
        Path = path;
        _tables = tables.ToDictionary(t => t, t => relations?.Tables.FirstOrDefault(r => r.Name == t) is { } shaped ? new SqliteColumns(shaped) : (ISqliteTable)new SqliteWide(t));
        // Pages that catching up changes again and again; the memory is only taken when it is needed. On pages of 8 KiB writing took a third less
        // processor time than on 4 KiB; 16 KiB took little less than 8, and a single upload would write twice as much.
        _writer = new Database(path, durable: false, cacheKiB: 128 * 1024, pageKiB: 8);
        _writer.Execute("PRAGMA journal_size_limit=67108864");
        CopyBackAfter(UsualPages);
        _writer.Write(() =>
        {
            _writer.Execute("""
                CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS checkpoint(source TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS migration(id TEXT PRIMARY KEY) WITHOUT ROWID;
                """);
            EmptyWhatMustBeFoldedAgain(tables, epoch, relations);
            foreach (var table in _tables.Values.OfType<SqliteWide>())
            {
                _writer.Execute(table.Create);
            }
            foreach (var migration in Pending(relations))
            {
                Make(migration);
            }
            foreach (var published in relations?.Published ?? [])
            {
                Publish(published);
            }
        });
        _readers = new DatabasePool(path, cacheKiB: 512, mappedMiB: 2_000);
        _checkpoints = new Watermarks((source, _) => ValueTask.FromResult(ReadCheckpoint(source)), LookInterval);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    private void Publish(PublishedTable published)
    {
        var create = $"CREATE VIEW \"{published.Name}\"({string.Join(", ", published.Columns.Select(c => c.Name))}) AS {published.Select.Replace('{', '"').Replace('}', '"')}";
        if (!Texts($"SELECT sql FROM sqlite_schema WHERE type='view' AND name='{published.Name}'").Contains(create))
        {
            _writer.Execute($"DROP VIEW IF EXISTS \"{published.Name}\"; {create}");
        }
    }

    private void CopyBackAfter(int pages)
    {
        if (_copyBackAfter != pages)
        {
            _writer.Execute($"PRAGMA wal_autocheckpoint={_copyBackAfter = pages}");
        }
    }

    private void Make(RelationalMigration migration)
    {
        foreach (var table in migration.Creates)
        {
            _writer.Execute(new SqliteColumns(table).Create);
        }
        foreach (var table in migration.Drops)
        {
            _writer.Execute($"DROP TABLE \"{table}\"");
        }
        foreach (var statement in migration.Statements)
        {
            _writer.Execute(statement.Replace('{', '"').Replace('}', '"'));
        }
        _writer.Prepare("INSERT INTO migration VALUES(?1)").Bind(1, migration.Id).Run();
    }

    private IReadOnlyList<RelationalMigration> Pending(RelationalModel? relations) => relations is null ? [] : [.. relations.Migrations.ExceptBy(Texts("SELECT id FROM migration"), m => m.Id)];

    // Views of another log are worth nothing, and a table that is new to this file has missed what was folded before. Tables that no build
    // needs any more go too.
    private void EmptyWhatMustBeFoldedAgain(IReadOnlyCollection<string> tables, string epoch, RelationalModel? relations)
    {
        var existing = Texts("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT IN ('meta', 'checkpoint', 'migration')");
        var sameLog = Texts("SELECT value FROM meta WHERE name='epoch'").Contains(epoch);
        if (sameLog && tables.All(existing.Contains) && Pending(relations).All(m => m.Creates.Count == 0))
        {
            return;
        }
        _writer.Execute("DELETE FROM checkpoint; DELETE FROM migration; " + string.Join(' ', existing.Select(t => $"DROP TABLE \"{t}\";")));
        _writer.Prepare("INSERT INTO meta VALUES('epoch', ?1) ON CONFLICT DO UPDATE SET value=excluded.value").Bind(1, epoch).Run();
    }

    private List<string> Texts(string sql)
    {
        var texts = new List<string>();
        using var select = _writer.Prepare(sql);
        while (select.Step())
        {
            texts.Add(select.Text(0));
        }
        return texts;
    }

    public ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => ValueTask.FromResult(Read(database => _tables[key.Table].Get(database, key)));

    public ValueTask<IReadOnlyList<ViewRow?>> GetManyAsync(IReadOnlyList<RowKey> keys, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<ViewRow?>>(Read(database =>
        {
            var rows = new ViewRow?[keys.Count];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = _tables[keys[i].Table].Get(database, keys[i]);
            }
            return rows;
        }));

    public ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<ViewRow>>(Read(database => _tables[slice.Table].Slice(database, slice)));

    /// <summary>Rows of a statement, read as they are asked for.</summary>
    public async IAsyncEnumerable<RelationalRow> ReadAsync(string sql, IReadOnlyList<object?> values, [EnumeratorCancellation] CancellationToken cancel)
    {
        var database = _readers.Take();
        try
        {
            await foreach (var row in ReadAsync(database, sql, values, cancel))
            {
                yield return row;
            }
        }
        finally
        {
            _readers.GiveBack(database);
        }
    }

    private static async IAsyncEnumerable<RelationalRow> ReadAsync(Database database, string sql, IReadOnlyList<object?> values, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A file has nothing to wait for.
        await Task.CompletedTask;
        using var select = database.Prepare(sql);
        for (var i = 0; i < values.Count; i++)
        {
            select.Bind(i + 1, values[i]);
        }
        while (Step(select))
        {
            cancel.ThrowIfCancellationRequested();
            var row = new object?[select.Columns];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = select.Value(i);
            }
            yield return new RelationalRow(row);
        }
    }

    /// <summary>Statements in one transaction. Returns how many rows each changed.</summary>
    public IReadOnlyList<long> Write(IReadOnlyList<RelationalStatement> statements)
    {
        var changed = new List<long>();
        try
        {
            lock (_writing)
            {
                _writer.Write(() =>
                {
                    foreach (var (sql, values) in statements)
                    {
                        var write = _writer.Prepare(sql);
                        for (var i = 0; i < values.Count; i++)
                        {
                            write.Bind(i + 1, values[i]);
                        }
                        write.Run();
                        changed.Add(_writer.Changes);
                    }
                });
            }
        }
        catch (DatabaseException e)
        {
            throw new ViewsUnavailableException("The views could not be written.", e);
        }
        return changed;
    }

    /// <summary>The tables with columns, as they are now.</summary>
    public IRelationalSnapshot Snapshot() => new Moment(this);

    /// <summary>A transaction that only reads: the file shows it what it showed at its first look.</summary>
    private sealed class Moment : IRelationalSnapshot
    {
        private readonly SqliteViewStore _store;
        private readonly Database _database;

        public Moment(SqliteViewStore store)
        {
            (_store, _database) = (store, store._readers.Take());
            var checkpoints = new Dictionary<string, long>();
            _database.Execute("BEGIN");
            using var select = _database.Prepare("SELECT source, next FROM checkpoint");
            while (Step(select))
            {
                checkpoints[select.Text(0)] = select.Int64(1);
            }
            Checkpoints = checkpoints;
        }

        public IReadOnlyDictionary<string, long> Checkpoints { get; }

        public IAsyncEnumerable<RelationalRow> ReadAsync(RelationalTable table, CancellationToken cancel) =>
            SqliteViewStore.ReadAsync(_database, SqliteColumns.All(table), [], cancel);

        public ValueTask DisposeAsync()
        {
            _database.Execute("COMMIT");
            _store._readers.GiveBack(_database);
            return ValueTask.CompletedTask;
        }
    }

    private static bool Step(Database.Statement select)
    {
        try
        {
            return select.Step();
        }
        catch (DatabaseException e)
        {
            throw new ViewsUnavailableException("The views could not be read.", e);
        }
    }

    public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ValueTask.FromResult(ReadCheckpoint($"{topic}/{partition}"));

    public Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
    {
        var source = $"{checkpoint.Topic}/{checkpoint.Partition}";
        try
        {
            lock (_writing)
            {
                CopyBackAfter(changes.Count >= CatchUpChanges ? CatchUpPages : UsualPages);
                _writer.Write(() =>
                {
                    if (checkpoint.From is { } from && ReadCheckpoint(_writer, source) != from)
                    {
                        throw new CheckpointMovedException();
                    }
                    foreach (var change in changes)
                    {
                        _tables[change.Key.Table].Put(_writer, change);
                    }
                    _writer.Prepare("INSERT INTO checkpoint VALUES(?1, ?2) ON CONFLICT DO UPDATE SET next=max(next, excluded.next)")
                        .Bind(1, source).Bind(2, checkpoint.Next).Run();
                });
            }
        }
        catch (DatabaseException e)
        {
            throw new ViewsUnavailableException("The views could not be written.", e);
        }
        _checkpoints.Raise(source, checkpoint.Next);
        return Task.CompletedTask;
    }

    public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) =>
        _checkpoints.WaitAsync($"{topic}/{partition}", offset, cancel);

    private long ReadCheckpoint(string source) => Read(database => ReadCheckpoint(database, source));

    private static long ReadCheckpoint(Database database, string source)
    {
        using var select = database.Prepare("SELECT next FROM checkpoint WHERE source=?1");
        select.Bind(1, source);
        return select.Step() ? select.Int64(0) : 0;
    }

    private TResult Read<TResult>(Func<Database, TResult> read)
    {
        try
        {
            return _readers.Read(read);
        }
        catch (DatabaseException e)
        {
            throw new ViewsUnavailableException("The views could not be read.", e);
        }
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _readers.Dispose();
        lock (_writing)
        {
            _writer.Dispose();
        }
    }
}
