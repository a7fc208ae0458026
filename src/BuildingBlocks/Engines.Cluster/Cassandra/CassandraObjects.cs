using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cassandra;
using Kilo.BuildingBlocks.Content;
using Kilo.Engines.Cluster.Objects;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>
/// Objects in two tables: one says which there are, in partitions of neighbouring keys; the other has the bytes of each that is not tiny, in a partition of its own.
/// An object that is not tiny is first announced, then its bytes are written, then it counts: what a dead process leaves is found, and nothing is seen before it is whole.
/// </summary>
internal sealed class CassandraObjects(CassandraServer server) : IObjects, IDisposable
{
    // Up to here the bytes are in the row that says that the object is there, in one write. More of them would make the partitions of that table heavy.
    private const int Tiny = 1024;

    private const string Pieces = "blobs";
    private const int PageRows = 1_000;
    private const int PartitionsAhead = 32;
    private const int DeletionsAtOnce = 16;

    // Nobody who lives takes so long between announcing an object and its last write.
    private static readonly TimeSpan LongestPut = TimeSpan.FromHours(24);

    // A node that collects its garbage answers soon after.
    private static readonly TimeSpan LongestTrying = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private sealed record Statements(
        PreparedStatement Announce, PreparedStatement Bytes, PreparedStatement Count, PreparedStatement PutTiny, PreparedStatement PutNew, PreparedStatement Get, PreparedStatement GetBytes,
        PreparedStatement List, PreparedStatement Hide, PreparedStatement DropBytes, PreparedStatement Drop);

    private readonly SemaphoreSlim _settingUp = new(1);
    private volatile Statements? _statements;

    /// <inheritdoc />
    // A piece is a mutation of its own and a value in the memory of node and driver. Twice as large gains a sixth of the speed of writing, half as large costs a third of that of reading.
    public PieceLimits Limits { get; } = new(512 * 1024, Travelling: 4);

    /// <inheritdoc />
    public Task<bool> PutAsync(string key, ArraySegment<byte> body, bool onlyNew, CancellationToken cancel) => CallAsync("stored", async prepared =>
    {
        var (partition, name) = PlaceOf(key);
        if (onlyNew)
        {
            // Who wins is decided with what is won.
            var outcome = await server.RunAsync(prepared.PutNew.Bind(partition, name, body.Count, body.ToArray()).SetIdempotence(false), cancel);
            return outcome.First().GetValue<bool>("[applied]");
        }
        if (body.Count <= Tiny && !IsPiece(key))
        {
            await RetriedAsync(() => prepared.PutTiny.Bind(partition, name, body.Count, body.ToArray()), cancel);
            return true;
        }
        await RetriedAsync(() => prepared.Announce.Bind(partition, name, body.Count), cancel);
        var bytes = body.ToArray();
        await RetriedAsync(() => prepared.Bytes.Bind(key, bytes, SHA256.HashData(bytes)), cancel);
        // What makes a piece count is that something lists it.
        if (!IsPiece(key))
        {
            await RetriedAsync(() => prepared.Count.Bind(partition, name), cancel);
        }
        return true;
    }, cancel);

    /// <inheritdoc />
    public Task<byte[]?> GetAsync(string key, CancellationToken cancel) => CallAsync("read", async prepared =>
    {
        var (partition, name) = PlaceOf(key);
        var row = (await server.RunAsync(prepared.Get.Bind(partition, name), cancel)).FirstOrDefault();
        return row?.GetValue<bool?>("whole") is not true ? null
            : row.GetValue<int>("size") == 0 ? []
            : row.GetValue<byte[]?>("body") ?? await BytesAsync(prepared, key, cancel);
    }, cancel);

    /// <inheritdoc />
    public async Task<Stream?> ReadAsync(string key, long from, long count, CancellationToken cancel)
    {
        var bytes = IsPiece(key) || from + count > Tiny ? await CallAsync("read", prepared => BytesAsync(prepared, key, cancel), cancel) : await GetAsync(key, cancel);
        return bytes is null ? null : new MemoryStream(bytes, (int)from, (int)count, writable: false);
    }

    /// <inheritdoc />
    public async Task<List<ListedObject>> FirstAsync(string prefix, int count, CancellationToken cancel)
    {
        var (partition, name) = PlaceOf(prefix);
        return [.. (await PageAsync(partition, name, count, null, cancel)).Select(r => Listed(partition, r).Object)];
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var dead = DateTimeOffset.UtcNow - LongestPut;
        await foreach (var (listed, counts) in ListAllAsync(prefix, cancel))
        {
            if (counts)
            {
                yield return listed;
            }
            else if (listed.Written < dead)
            {
                await DeleteAsync(listed.Key, cancel);
            }
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<string> FoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? last = null;
        await foreach (var (listed, _) in ListAllAsync(prefix, cancel))
        {
            var folder = listed.Key[prefix.Length..listed.Key.IndexOf('/', prefix.Length)];
            if (folder != last)
            {
                yield return last = folder;
            }
        }
    }

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancel) => CallAsync("deleted", async prepared =>
    {
        var (partition, name) = PlaceOf(key);
        var row = (await server.RunAsync(prepared.Get.Bind(partition, name), cancel)).FirstOrDefault();
        if (row is not null)
        {
            if (row.GetValue<byte[]?>("body") is null && row.GetValue<int?>("size") is not 0)
            {
                // Backwards: unseen first, forgotten last.
                await server.RunAsync(prepared.Hide.Bind(partition, name), cancel);
                await server.RunAsync(prepared.DropBytes.Bind(key), cancel);
            }
            await server.RunAsync(prepared.Drop.Bind(partition, name), cancel);
        }
        return true;
    }, cancel);

    /// <inheritdoc />
    public Task DeleteAllAsync(string prefix, CancellationToken cancel) => Parallel.ForEachAsync(
        ListAllAsync(prefix, cancel), new ParallelOptions { MaxDegreeOfParallelism = DeletionsAtOnce, CancellationToken = cancel }, async (listed, ended) => await DeleteAsync(listed.Object.Key, ended));

    /// <inheritdoc />
    // What is read is in memory already.
    public bool IsFailure(Exception e) => false;

    public void Dispose() => _settingUp.Dispose();

    private async Task<byte[]?> BytesAsync(Statements prepared, string key, CancellationToken cancel)
    {
        var row = (await server.RunAsync(prepared.GetBytes.Bind(key), cancel)).FirstOrDefault();
        if (row is null)
        {
            return null;
        }
        var bytes = row.GetValue<byte[]>("body");
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(row.GetValue<byte[]>("sha256")) ? bytes
            : throw new ContentUnavailableException($"Bytes of {key} in Cassandra at {server.Settings.Where} are damaged.", new InvalidDataException());
    }

    // Also those that do not count.
    private async IAsyncEnumerable<(ListedObject Object, bool Counts)> ListAllAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var coming = new Queue<(string Partition, string Name, Task<RowSet> First)>();
        using var places = PlacesOf(prefix).GetEnumerator();
        try
        {
            while (true)
            {
                while (coming.Count < PartitionsAhead && places.MoveNext())
                {
                    coming.Enqueue((places.Current.Partition, places.Current.Name, PageAsync(places.Current.Partition, places.Current.Name, PageRows, null, cancel)));
                }
                if (!coming.TryPeek(out var next))
                {
                    yield break;
                }
                var page = await next.First;
                coming.Dequeue();
                while (true)
                {
                    foreach (var row in page)
                    {
                        yield return Listed(next.Partition, row);
                    }
                    if (page.PagingState is not { } more)
                    {
                        break;
                    }
                    page = await PageAsync(next.Partition, next.Name, PageRows, more, cancel);
                }
            }
        }
        finally
        {
            foreach (var (_, _, first) in coming)
            {
                await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task<RowSet> PageAsync(string partition, string name, int rows, byte[]? from, CancellationToken cancel) => CallAsync("listed", prepared =>
    {
        // No key has a character behind the tilde.
        var list = prepared.List.Bind(partition, name, name + '\u007f', from is null && rows < PageRows ? rows : int.MaxValue);
        list.SetAutoPage(false).SetPageSize(Math.Min(rows, PageRows));
        return server.RunAsync(from is null ? list : list.SetPagingState(from), cancel);
    }, cancel);

    // Of two who delete an object the slower one hides what is gone already: a row without a size, for a moment, or for the next who lists it to take away.
    private static (ListedObject Object, bool Counts) Listed(string partition, Row row) => (
        new(partition + row.GetValue<string>("name"), row.GetValue<int?>("size") ?? 0, DateTimeOffset.UnixEpoch.AddMicroseconds(row.GetValue<long?>("written") ?? 0)),
        row.GetValue<bool?>("whole") is true);

    private static bool IsPiece(string key) => key.StartsWith(Pieces, StringComparison.Ordinal);

    // Contents, uploads and marks are spread over partitions by the first digits of what they are named by, so that all of them can be listed by asking for each partition.
    // A partition of pieces is a blob's.
    private static int DigitsOf(string root) => root switch { "content" => 3, Pieces => int.MaxValue, _ => 2 };

    private static (string Partition, string Name) PlaceOf(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var end = DigitsOf(key[..slash]) is var digits and not int.MaxValue ? slash + 1 + digits : key.IndexOf('/', slash + 1);
        return (key[..end], key[end..]);
    }

    private static IEnumerable<(string Partition, string Name)> PlacesOf(string prefix)
    {
        if (!prefix.EndsWith('/') || prefix.IndexOf('/', StringComparison.Ordinal) != prefix.Length - 1)
        {
            return [PlaceOf(prefix)];
        }
        var digits = DigitsOf(prefix[..^1]);
        return Enumerable.Range(0, 1 << (4 * digits)).Select(i => (prefix + i.ToString($"x{digits}", CultureInfo.InvariantCulture), ""));
    }

    private async Task RetriedAsync(Func<IStatement> statement, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await server.RunAsync(statement(), cancel);
                return;
            }
            catch (Exception e) when (CassandraServer.IsUnavailable(e) && e is not InvalidQueryException && TimeProvider.System.GetElapsedTime(started) < LongestTrying)
            {
                await Task.Delay(Pause, cancel);
            }
        }
    }

    private async Task<TResult> CallAsync<TResult>(string done, Func<Statements, Task<TResult>> call, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            return await call(_statements ?? await PrepareAsync(cancel));
        }
        catch (Exception e) when (CassandraServer.IsUnavailable(e))
        {
            cancel.ThrowIfCancellationRequested();
            if (e is InvalidQueryException)
            {
                // Somebody has dropped the tables, or this node does not know of them yet.
                _statements = null;
            }
            throw new ContentUnavailableException($"Contents in Cassandra at {server.Settings.Where} cannot be {done} now.", e);
        }
    }

    private async Task<Statements> PrepareAsync(CancellationToken cancel)
    {
        await _settingUp.WaitAsync(cancel);
        try
        {
            return _statements ??= await CassandraSchema.SettledAsync(async () =>
            {
                var session = await server.SessionAsync(cancel);
                var (objects, bytes) = await CassandraSchema.CreateContentAsync(session, server.Settings.Keyspace);
                return new Statements(
                    await session.PrepareAsync($"INSERT INTO {objects} (folder, name, size) VALUES (?, ?, ?)"),
                    await session.PrepareAsync($"INSERT INTO {bytes} (object, body, sha256) VALUES (?, ?, ?)"),
                    await session.PrepareAsync($"INSERT INTO {objects} (folder, name, whole) VALUES (?, ?, true)"),
                    await session.PrepareAsync($"INSERT INTO {objects} (folder, name, size, body, whole) VALUES (?, ?, ?, ?, true)"),
                    await session.PrepareAsync($"INSERT INTO {objects} (folder, name, size, body, whole) VALUES (?, ?, ?, ?, true) IF NOT EXISTS"),
                    await session.PrepareAsync($"SELECT size, body, whole FROM {objects} WHERE folder = ? AND name = ?"),
                    await session.PrepareAsync($"SELECT body, sha256 FROM {bytes} WHERE object = ?"),
                    await session.PrepareAsync($"SELECT name, size, whole, WRITETIME(size) AS written FROM {objects} WHERE folder = ? AND name >= ? AND name < ? LIMIT ?"),
                    await session.PrepareAsync($"INSERT INTO {objects} (folder, name, whole) VALUES (?, ?, false)"),
                    await session.PrepareAsync($"DELETE FROM {bytes} WHERE object = ?"),
                    await session.PrepareAsync($"DELETE FROM {objects} WHERE folder = ? AND name = ?"));
            }, cancel);
        }
        finally
        {
            _settingUp.Release();
        }
    }
}
