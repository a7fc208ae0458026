using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Embedded;

/// <summary>
/// The log in one SQLite file: a table per topic, one partition each, the row id is the offset. All writers of the process share
/// one thread and one fsync per group; processes on the same directory take turns through SQLite's lock.
/// </summary>
internal sealed class SqliteEventLog : IEventLog, IDisposable
{
    // What another process appended is seen after this long at the latest.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    private readonly Database _writer;
    private readonly DatabasePool _readers;
    private readonly GroupCommit<(Topic Topic, EventEnvelope Envelope), LogPosition> _commits;
    private readonly Watermarks _ends;
    private readonly ConcurrentDictionary<string, bool> _created = [];
    private readonly ConcurrentDictionary<string, string> _shared = [];

    public SqliteEventLog(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "log.db");
        _writer = new Database(path, durable: true, cacheKiB: 4096);
        _writer.Execute("CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL)");
        _writer.Write(() => _writer.Prepare("INSERT INTO meta VALUES('epoch', ?1) ON CONFLICT DO NOTHING").Bind(1, Guid.NewGuid().ToString("N")[..8]).Run());
        using (var epoch = _writer.Prepare("SELECT value FROM meta WHERE name='epoch'"))
        {
            epoch.Step();
            Epoch = epoch.Text(0);
        }
        _readers = new DatabasePool(path, cacheKiB: 1024);
        _ends = new Watermarks((topic, _) => ValueTask.FromResult(End(topic)), LookInterval);
        _commits = new("log", Commit, e => new LogUnavailableException("The log could not be written.", e));
    }

    public string Epoch { get; }

    public int Partitions(Topic topic) => 1;

    public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel) => _commits.WriteAsync((topic, envelope), cancel);

    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
    {
        Create(topic.Name);
        return ValueTask.FromResult(Read<IReadOnlyList<LogEntry>>(database =>
        {
            var entries = new List<LogEntry>();
            using var select = database.Prepare(
                $"SELECT offset, id, type, source, key, time, actor, trace, body FROM \"{topic.Name}\" WHERE offset >= ?1 ORDER BY offset LIMIT ?2");
            select.Bind(1, from).Bind(2, max);
            while (select.Step())
            {
                entries.Add(new LogEntry(new LogPosition(Epoch, topic.Name, 0, select.Int64(0)), new EventEnvelope(
                    select.Guid(1), Shared(select.Text(2)), Shared(select.Text(3)), select.Text(4), DateTimeOffset.FromUnixTimeMilliseconds(select.Int64(5)),
                    select.Guid(6), select.IsNull(7) ? null : select.Text(7), select.Bytes(8))));
            }
            return entries;
        }));
    }

    public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel)
    {
        Create(topic.Name);
        return ValueTask.FromResult(End(topic.Name));
    }

    public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel)
    {
        Create(topic.Name);
        return _ends.WaitAsync(topic.Name, from, cancel);
    }

    private void Commit(IReadOnlyList<(Topic Topic, EventEnvelope Envelope)> group, Action<int, LogPosition> result)
    {
        var ends = new Dictionary<string, long>();
        foreach (var (topic, _) in group)
        {
            Create(topic.Name);
        }
        _writer.Write(() =>
        {
            for (var i = 0; i < group.Count; i++)
            {
                var (topic, e) = group[i];
                // Read inside the transaction: another process may have appended since.
                var offset = ends.TryGetValue(topic.Name, out var next) ? next : End(_writer, topic.Name);
                var insert = _writer.Prepare($"INSERT INTO \"{topic.Name}\" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
                insert.Bind(1, offset).Bind(2, e.Id).Bind(3, e.Type).Bind(4, e.Source).Bind(5, e.Key).Bind(6, e.Time.ToUnixTimeMilliseconds())
                    .Bind(7, e.Actor).Bind(8, e.TraceParent).Bind(9, e.Body.Span).Run();
                ends[topic.Name] = offset + 1;
                result(i, new LogPosition(Epoch, topic.Name, 0, offset));
            }
        });
        foreach (var (topic, end) in ends)
        {
            _ends.Raise(topic, end);
        }
    }

    // Types and sources are few, entries are many.
    private string Shared(string text) => _shared.GetOrAdd(text, text);

    private long End(string topic) => Read(database => End(database, topic));

    private TResult Read<TResult>(Func<Database, TResult> read)
    {
        try
        {
            return _readers.Read(read);
        }
        catch (DatabaseException e)
        {
            throw new LogUnavailableException("The log could not be read.", e);
        }
    }

    private static long End(Database database, string topic)
    {
        using var select = database.Prepare($"SELECT max(offset) FROM \"{topic}\"");
        select.Step();
        return select.IsNull(0) ? 0 : select.Int64(0) + 1;
    }

    private void Create(string topic)
    {
        // Marked when it is there and not before: others use the table as soon as they see the mark.
        if (!_created.ContainsKey(topic))
        {
            _readers.Read(database =>
            {
                database.Execute($"""
                    CREATE TABLE IF NOT EXISTS "{topic}"(
                        offset INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL,
                        time INTEGER NOT NULL, actor BLOB NOT NULL, trace TEXT, body BLOB NOT NULL)
                    """);
                return true;
            });
            _created[topic] = true;
        }
    }

    public void Dispose()
    {
        _commits.Dispose();
        _ends.Dispose();
        _readers.Dispose();
        _writer.Dispose();
    }
}
