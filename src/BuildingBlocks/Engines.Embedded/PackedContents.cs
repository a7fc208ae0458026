using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Embedded;

/// <summary>Small contents in one SQLite file: a row each, durable in groups.</summary>
internal sealed class PackedContents : IDisposable
{
    private readonly Database _writer;
    private readonly DatabasePool _readers;
    private readonly GroupCommit<Work, bool> _commits;
    private readonly TimeProvider _time;

    private sealed record Work(ContentHash Hash, byte[]? Store, DateTimeOffset? DeleteBefore);

    public PackedContents(string path, TimeProvider time)
    {
        _time = time;
        _writer = new Database(path, durable: true, cacheKiB: 8 * 1024);
        _writer.Execute("CREATE TABLE IF NOT EXISTS content(hash BLOB NOT NULL UNIQUE, touched INTEGER NOT NULL, bytes BLOB NOT NULL); PRAGMA wal_autocheckpoint=4000");
        _readers = new DatabasePool(path, cacheKiB: 512);
        _commits = new("content", Commit, e => new ContentUnavailableException("The content could not be stored.", e));
    }

    /// <summary>A stretch of a content, or null when it is not here.</summary>
    public byte[]? Read(ContentHash hash, long offset, long count)
    {
        try
        {
            return _readers.Read(database => Read(database, hash, offset, count));
        }
        catch (DatabaseException e)
        {
            throw new ContentUnavailableException("The content could not be read.", e);
        }
    }

    private static byte[]? Read(Database database, ContentHash hash, long offset, long count)
    {
        using var select = database.Prepare("SELECT bytes FROM content WHERE hash=?1").Bind(1, hash.ToBytes());
        if (!select.Step())
        {
            return null;
        }
        var bytes = select.Span(0);
        var from = (int)Math.Min(offset, bytes.Length);
        return bytes.Slice(from, (int)Math.Min(count, bytes.Length - from)).ToArray();
    }

    public IEnumerable<ContentHash> UntouchedSince(DateTimeOffset before)
    {
        long last = 0;
        while (true)
        {
            // A page at a time, so that no read transaction keeps the file's log from being emptied.
            var page = _readers.Read(database =>
            {
                var hashes = new List<ContentHash>();
                using var select = database.Prepare("SELECT rowid, hash FROM content WHERE rowid>?1 AND touched<?2 ORDER BY rowid LIMIT 1000");
                select.Bind(1, last).Bind(2, before.ToUnixTimeMilliseconds());
                while (select.Step())
                {
                    last = select.Int64(0);
                    hashes.Add(ContentHash.Of(select.Span(1)));
                }
                return hashes;
            });
            if (page.Count == 0)
            {
                yield break;
            }
            foreach (var hash in page)
            {
                yield return hash;
            }
        }
    }

    public Task<bool> DeleteAsync(ContentHash hash, DateTimeOffset before, CancellationToken cancel) => _commits.WriteAsync(new Work(hash, null, before), cancel);

    private void Commit(IReadOnlyList<Work> group, Action<int, bool> result)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _writer.Write(() =>
        {
            for (var i = 0; i < group.Count; i++)
            {
                var (hash, store, deleteBefore) = group[i];
                if (store is not null)
                {
                    _writer.Prepare("INSERT INTO content VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET touched=excluded.touched")
                        .Bind(1, hash.ToBytes()).Bind(2, now).Bind(3, store).Run();
                    result(i, true);
                }
                else
                {
                    using var delete = _writer.Prepare("DELETE FROM content WHERE hash=?1 AND touched<?2 RETURNING 1");
                    result(i, delete.Bind(1, hash.ToBytes()).Bind(2, deleteBefore!.Value.ToUnixTimeMilliseconds()).Step());
                }
            }
        });
    }

    public void Dispose()
    {
        _commits.Dispose();
        _readers.Dispose();
        _writer.Dispose();
    }

    /// <summary>A small content in memory.</summary>
    internal sealed class Staged(PackedContents packed, ContentHash hash, byte[] bytes) : IStagedContent
    {
        public ContentHash Hash => hash;

        public long Size => bytes.Length;

        public Task CommitAsync(CancellationToken cancel) => packed._commits.WriteAsync(new Work(hash, bytes, null), cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
