using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cassandra;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>
/// Wide rows in a Cassandra table. A row is written with its stamp as Cassandra's own timestamp, so nodes and writers need not agree on anything: the highest
/// stamp is what remains, deletions included.
/// <para>
/// Cassandra has no transactions over partitions, and a batch that was written by half would mislead whoever folds it again: rows are derived from other
/// rows. So a batch is first written down whole, with the one lightweight transaction that also decides which consumer goes on from here (write-ahead logging);
/// then its rows, and last the checkpoint that readers see. Whoever finds a batch that was decided and not finished, finishes it before anything else.
/// </para>
/// </summary>
internal sealed class CassandraViewStore(CassandraServer server, IEventLog log, string views, IReadOnlyCollection<string> tables) : IViewStore, IDisposable
{
    // What is no view table starts with a character that no name of a view table has. The sort key of the first two is empty.
    private const string Checkpoints = "/checkpoint";
    private const string Progress = "/progress";
    private const string Redo = "/redo";

    private const int PageRows = 1_000;

    // A record up to this size is part of the transaction; a larger one is stored before it, in pieces.
    private const int InlineRedo = 32 * 1024;
    private const int RedoPiece = 512 * 1024;

    // Rows of one partition travel and are stored together. From 5 KiB on a node logs a warning (batch_size_warn_threshold).
    private const int TogetherBytes = 4 * 1024;
    private const int TogetherRows = 64;
    private const int InFlight = 64;

    // How soon a waiting request sees what another process folded.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private sealed class Standing(
        Edition edition, PreparedStatement get, PreparedStatement ascending, PreparedStatement descending, PreparedStatement put, PreparedStatement delete,
        PreparedStatement decide)
    {
        public Edition Edition => edition;
        public PreparedStatement Get => get;
        public PreparedStatement Ascending => ascending;
        public PreparedStatement Descending => descending;
        public PreparedStatement Put => put;
        public PreparedStatement Delete => delete;
        public PreparedStatement Decide => decide;

        // Per log partition: the batch that was decided last, as far as this process knows.
        public ConcurrentDictionary<string, Decided> Decided { get; } = new();
    }

    /// <summary>Where the views of a log partition stand.</summary>
    /// <param name="Transaction">What the row of the transaction says; null: there is none yet.</param>
    /// <param name="Next">The offset to fold next.</param>
    private readonly record struct Decided(long? Transaction, long Next);

    private readonly SemaphoreSlim _settingUp = new(1);
    private volatile Standing? _standing;
    private Watermarks? _checkpoints;

    private Watermarks Waiting => _checkpoints ?? Interlocked.CompareExchange(ref _checkpoints, new Watermarks(ReadCheckpointAsync, LookInterval), null) ?? _checkpoints;

    public async ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel) => await GuardAsync("read", async () =>
    {
        var standing = await StandingAsync(false, cancel);
        var row = (await server.RunAsync(standing.Get.Bind(key.Table, key.Partition, key.Sort), cancel)).FirstOrDefault();
        return row is null ? null : new ViewRow(key.Sort, row.GetValue<byte[]>(0), StampOf(row.GetValue<long>(1)));
    });

    public async ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel) => await GuardAsync("read", async () =>
    {
        var rows = new List<ViewRow>();
        if (slice.Limit <= 0)
        {
            return rows;
        }
        var standing = await StandingAsync(false, cancel);
        var select = (slice.Descending ? standing.Descending : standing.Ascending).Bind(slice.Table, slice.Partition, slice.From, slice.To ?? Slice.EndOf(""), slice.Limit);
        select.SetAutoPage(false).SetPageSize(PageRows);
        byte[]? next = null;
        do
        {
            if (next is not null)
            {
                select.SetPagingState(next);
            }
            var page = await server.RunAsync(select, cancel);
            rows.AddRange(page.Select(r => new ViewRow(r.GetValue<string>(0), r.GetValue<byte[]>(1), StampOf(r.GetValue<long>(2)))));
            next = page.PagingState;
        }
        while (next is not null);
        return rows;
    });

    public ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel) => ReadCheckpointAsync(SourceOf(topic, partition), cancel);

    public async Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel)
    {
        var source = SourceOf(checkpoint.Topic, checkpoint.Partition);
        await GuardAsync("written", async () =>
        {
            var standing = await StandingAsync(true, cancel);
            try
            {
                if (checkpoint.From is { } from)
                {
                    await CommitAsync(standing, source, from, checkpoint.Next, Newest(changes), cancel);
                }
                else
                {
                    await WriteAsync(standing, Newest(changes), cancel);
                    await PassAsync(standing, source, checkpoint.Next, cancel);
                }
            }
            catch
            {
                // What became of the transaction has to be read.
                standing.Decided.TryRemove(source, out _);
                throw;
            }
            return true;
        });
        Waiting.Raise(source, checkpoint.Next);
    }

    public Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel) => Waiting.WaitAsync(SourceOf(topic, partition), offset, cancel);

    private async Task CommitAsync(Standing standing, string source, long from, long next, IReadOnlyCollection<RowChange> rows, CancellationToken cancel)
    {
        if (!standing.Decided.TryGetValue(source, out var decided) || decided.Next != from)
        {
            decided = await FinishAsync(standing, source, cancel);
        }
        if (decided.Next != from)
        {
            throw new CheckpointMovedException();
        }
        var record = RedoRecord.Write(rows);
        var pieces = record.Length > InlineRedo ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : null;
        if (pieces is not null)
        {
            await StorePiecesAsync(standing, pieces, record, cancel);
        }
        var decision = standing.Decide.Bind(next, Decision(record, pieces), source, decided.Transaction);
        // Asked twice, the second would find what the first has decided.
        var outcome = await server.RunAsync(decision.SetIdempotence(false), cancel);
        if (!outcome.First().GetValue<bool>("[applied]"))
        {
            if (pieces is not null)
            {
                await DropPiecesAsync(standing, pieces, cancel);
            }
            await FinishAsync(standing, source, cancel);
            throw new CheckpointMovedException();
        }
        await WriteAsync(standing, rows, cancel);
        await PassAsync(standing, source, next, cancel);
        standing.Decided[source] = new Decided(next, next);
        if (pieces is not null)
        {
            await DropPiecesAsync(standing, pieces, cancel);
        }
    }

    // The transaction's row is read before the checkpoint: a batch whose checkpoint is there may have lost its pieces meanwhile.
    private async Task<Decided> FinishAsync(Standing standing, string source, CancellationToken cancel)
    {
        var row = (await server.RunAsync(new SimpleStatement($"SELECT next, body FROM {standing.Edition.Table} WHERE t = '{Progress}' AND p = ? AND s = ''", source)
            .SetConsistencyLevel(ConsistencyLevel.LocalSerial), cancel)).FirstOrDefault();
        var done = await ReadCheckpointAsync(standing, source, cancel);
        if (row is null)
        {
            return new Decided(null, done);
        }
        var next = row.GetValue<long>(0);
        if (next > done)
        {
            var record = await RecordAsync(standing, row.GetValue<byte[]>(1), cancel);
            if (record is null && await ReadCheckpointAsync(standing, source, cancel) < next)
            {
                throw new ViewsUnavailableException("What a batch is to write cannot be read.");
            }
            // Without a record, who decided the batch has finished it meanwhile.
            if (record is { } bytes)
            {
                await WriteAsync(standing, RedoRecord.Read(bytes), cancel);
                await PassAsync(standing, source, next, cancel);
            }
            Waiting.Raise(source, next);
        }
        return standing.Decided[source] = new Decided(next, Math.Max(next, done));
    }

    private async Task<ReadOnlyMemory<byte>?> RecordAsync(Standing standing, ReadOnlyMemory<byte> decided, CancellationToken cancel)
    {
        if (decided.Span[0] == 0)
        {
            return decided[1..];
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(decided.Span[1..]);
        using var record = new MemoryStream(length);
        var pieces = Encoding.ASCII.GetString(decided.Span[5..]);
        for (var i = 0; record.Length < length; i++)
        {
            var piece = (await server.RunAsync(standing.Get.Bind(Redo, pieces, PieceOf(i)), cancel)).FirstOrDefault();
            if (piece is null)
            {
                return null;
            }
            record.Write(piece.GetValue<byte[]>(0));
        }
        return record.ToArray();
    }

    private async Task StorePiecesAsync(Standing standing, string pieces, ReadOnlyMemory<byte> record, CancellationToken cancel)
    {
        for (var i = 0; i * RedoPiece < record.Length; i++)
        {
            var piece = record.Slice(i * RedoPiece, Math.Min(RedoPiece, record.Length - i * RedoPiece)).ToArray();
            await server.RunAsync(new SimpleStatement(
                $"INSERT INTO {standing.Edition.Table} (t, p, s, body) VALUES ('{Redo}', ?, ?, ?)", pieces, PieceOf(i), piece), cancel);
        }
    }

    private async Task DropPiecesAsync(Standing standing, string pieces, CancellationToken cancel) =>
        await server.RunAsync(new SimpleStatement($"DELETE FROM {standing.Edition.Table} WHERE t = '{Redo}' AND p = ?", pieces), cancel);

    private Task WriteAsync(Standing standing, IReadOnlyCollection<RowChange> rows, CancellationToken cancel) => Parallel.ForEachAsync(
        Together(rows), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancel },
        async (group, token) =>
        {
            if (group is [var only])
            {
                await server.RunAsync(Bind(standing, only), token);
                return;
            }
            var batch = new BatchStatement().SetBatchType(BatchType.Unlogged);
            foreach (var row in group)
            {
                batch.Add(Bind(standing, row));
            }
            await server.RunAsync(batch, token);
        });

    private static BoundStatement Bind(Standing standing, RowChange row) => row.Body is { } body
        ? standing.Put.Bind(row.Key.Table, row.Key.Partition, row.Key.Sort, body.ToArray(), TimestampOf(row.Stamp))
        : standing.Delete.Bind(TimestampOf(row.Stamp), row.Key.Table, row.Key.Partition, row.Key.Sort);

    private static IEnumerable<List<RowChange>> Together(IReadOnlyCollection<RowChange> rows)
    {
        var (group, bytes) = (new List<RowChange>(), 0);
        foreach (var row in rows)
        {
            var size = row.Body?.Length ?? 0;
            if (group.Count > 0 && (group.Count == TogetherRows || bytes + size > TogetherBytes || group[^1].Key.Partition != row.Key.Partition || group[^1].Key.Table != row.Key.Table))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }
            group.Add(row);
            bytes += size;
        }
        if (group.Count > 0)
        {
            yield return group;
        }
    }

    // One change per row. Of two with one stamp Cassandra would keep the greater bytes; what was put last counts.
    private static Dictionary<RowKey, RowChange>.ValueCollection Newest(IReadOnlyCollection<RowChange> changes)
    {
        var rows = new Dictionary<RowKey, RowChange>(changes.Count);
        foreach (var change in changes)
        {
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, change.Key, out var exists);
            if (!exists || row.Stamp <= change.Stamp)
            {
                row = change;
            }
        }
        return rows.Values;
    }

    // A checkpoint is a row whose stamp is itself: it never moves back.
    private async Task PassAsync(Standing standing, string source, long next, CancellationToken cancel)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, next);
        await server.RunAsync(standing.Put.Bind(Checkpoints, source, "", value, TimestampOf(next)), cancel);
    }

    private async ValueTask<long> ReadCheckpointAsync(string source, CancellationToken cancel) =>
        await GuardAsync("read", async () => await ReadCheckpointAsync(await StandingAsync(false, cancel), source, cancel));

    private async Task<long> ReadCheckpointAsync(Standing standing, string source, CancellationToken cancel)
    {
        var row = (await server.RunAsync(standing.Get.Bind(Checkpoints, source, ""), cancel)).FirstOrDefault();
        return row is null ? 0 : BinaryPrimitives.ReadInt64BigEndian(row.GetValue<byte[]>(0));
    }

    private async ValueTask<Standing> StandingAsync(bool toFold, CancellationToken cancel)
    {
        if (_standing is { } standing && (standing.Edition.IsExact || !toFold))
        {
            return standing;
        }
        await _settingUp.WaitAsync(cancel);
        try
        {
            if (_standing is { } meanwhile && (meanwhile.Edition.IsExact || !toFold))
            {
                return meanwhile;
            }
            var session = await server.SessionAsync(cancel);
            var before = _standing;
            var now = _standing = await CassandraSchema.SettledAsync(() => PrepareAsync(session, toFold), cancel);
            // What was folded so far was read from another edition.
            return before is null || before.Edition.Table == now.Edition.Table ? now : throw new CheckpointMovedException();
        }
        finally
        {
            _settingUp.Release();
        }
    }

    private async Task<Standing> PrepareAsync(ISession session, bool toFold)
    {
        var edition = await CassandraSchema.OpenAsync(session, server.Settings.Keyspace, views, tables, log.Epoch, toFold);
        var table = edition.Table;
        return new Standing(
            edition,
            await session.PrepareAsync($"SELECT body, WRITETIME(body) FROM {table} WHERE t = ? AND p = ? AND s = ?"),
            await session.PrepareAsync($"SELECT s, body, WRITETIME(body) FROM {table} WHERE t = ? AND p = ? AND s >= ? AND s < ? LIMIT ?"),
            await session.PrepareAsync($"SELECT s, body, WRITETIME(body) FROM {table} WHERE t = ? AND p = ? AND s >= ? AND s < ? ORDER BY s DESC LIMIT ?"),
            await session.PrepareAsync($"INSERT INTO {table} (t, p, s, body) VALUES (?, ?, ?, ?) USING TIMESTAMP ?"),
            await session.PrepareAsync($"DELETE FROM {table} USING TIMESTAMP ? WHERE t = ? AND p = ? AND s = ?"),
            await session.PrepareAsync($"UPDATE {table} SET next = ?, body = ? WHERE t = '{Progress}' AND p = ? AND s = '' IF next = ?"));
    }

    private async Task<TResult> GuardAsync<TResult>(string done, Func<Task<TResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is LogUnavailableException || CassandraServer.IsUnavailable(e))
        {
            if (e is InvalidQueryException)
            {
                // Somebody has dropped the table, or this node does not know of it yet.
                _standing = null;
            }
            throw new ViewsUnavailableException($"The views could not be {done}.", e);
        }
    }

    private static string SourceOf(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    // 0 would be a time of its own meaning to some tools.
    private static long TimestampOf(long stamp) => stamp + 1;

    private static long StampOf(long timestamp) => timestamp - 1;

    private static string PieceOf(int number) => number.ToString("D9", CultureInfo.InvariantCulture);

    // 0 and the record, or 1, its length and where its pieces are.
    private static byte[] Decision(ReadOnlyMemory<byte> record, string? pieces)
    {
        if (pieces is null)
        {
            return [0, .. record.Span];
        }
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, record.Length);
        return [1, .. length, .. Encoding.ASCII.GetBytes(pieces)];
    }

    public void Dispose()
    {
        _checkpoints?.Dispose();
        _settingUp.Dispose();
    }
}
