using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kilo.BuildingBlocks.Views;

/// <summary>
/// What a projection reads and writes while it folds a batch. Reads see the batch's own writes; rows that were read stay decoded between
/// batches, so that folding a busy document does not read it back each time. Nothing reaches the store before the batch ends.
/// Not thread-safe: one session belongs to one log partition.
/// </summary>
/// <param name="store">Where the rows are.</param>
/// <param name="cachedRows">About how many rows stay decoded, twice: a generation in use and the one before it.</param>
public sealed class ViewSession(IViewStore store, int cachedRows = 40_000)
{
    // So many rows take long enough to write that another thread should do it while the next batch is folded.
    private const int LargeCommit = 500;

    private sealed class Cell
    {
        public object? Row;
        public JsonTypeInfo? Json;
        public long Stamp = -1;
        public bool IsDirty;
        public bool WasRead;
    }

    private readonly record struct Undo(RowKey Key, object? Row, long Stamp, bool WasDirty, bool Existed);

    private readonly record struct Change(RowKey Key, object? Row, JsonTypeInfo Json, long Stamp);

    private readonly List<RowKey> _dirty = [];
    private readonly List<RowKey> _writtenOnly = [];
    private readonly List<Undo> _undo = [];
    private Dictionary<RowKey, Cell> _young = [];
    private Dictionary<RowKey, Cell> _old = [];
    private long _stamp;

    /// <summary>The row as the batch has left it, or null. Rows are immutable: change a copy and put it.</summary>
    public async ValueTask<TRow?> GetAsync<TRow>(ViewTable<TRow> table, string partition, string sort, CancellationToken cancel) where TRow : class
    {
        var key = new RowKey(table.Name, partition, sort);
        if (Find(key) is { } known)
        {
            known.WasRead = true;
            return (TRow?)known.Row;
        }
        var stored = await store.GetAsync(key, cancel);
        var cell = new Cell { Row = stored is null ? null : table.Read(stored), Stamp = stored?.Stamp ?? -1, WasRead = true };
        _young[key] = cell;
        return (TRow?)cell.Row;
    }

    /// <summary>The rows of one partition between two sort keys, the batch's own writes included.</summary>
    public async ValueTask<List<(string Sort, TRow Row)>> SliceAsync<TRow>(
        ViewTable<TRow> table, string partition, string from, string? to, CancellationToken cancel) where TRow : class
    {
        var rows = new SortedDictionary<string, TRow>(Slice.Order);
        foreach (var stored in await store.SliceAsync(new Slice(table.Name, partition, from, to, int.MaxValue), cancel))
        {
            rows[stored.Sort] = table.Read(stored);
        }
        foreach (var (key, cell) in _old.Concat(_young))
        {
            if (key.Table == table.Name && key.Partition == partition
                && Slice.Order.Compare(key.Sort, from) >= 0 && (to is null || Slice.Order.Compare(key.Sort, to) < 0))
            {
                rows.Remove(key.Sort);
                if (cell.Row is TRow row)
                {
                    rows[key.Sort] = row;
                }
            }
        }
        return [.. rows.Select(r => (r.Key, r.Value))];
    }

    /// <summary>Writes a row.</summary>
    public void Put<TRow>(ViewTable<TRow> table, string partition, string sort, TRow row) where TRow : class =>
        Set(new RowKey(table.Name, partition, sort), row, table.Json);

    /// <summary>Deletes a row.</summary>
    public void Delete<TRow>(ViewTable<TRow> table, string partition, string sort) where TRow : class =>
        Set(new RowKey(table.Name, partition, sort), null, table.Json);

    internal void Begin(long stamp)
    {
        _stamp = stamp;
        _undo.Clear();
    }

    // An event that fails halfway must leave no half of itself in the batch.
    internal void RollBack()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            var undo = _undo[i];
            if (undo.Existed)
            {
                var cell = Find(undo.Key)!;
                (cell.Row, cell.Stamp, cell.IsDirty) = (undo.Row, undo.Stamp, undo.WasDirty);
            }
            else
            {
                _young.Remove(undo.Key);
            }
        }
        _undo.Clear();
    }

    /// <summary>
    /// Hands the batch's rows to the store. The next batch may be folded meanwhile: it sees these rows here. The caller awaits one commit
    /// before it starts the next.
    /// </summary>
    internal Task CommitAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        ForgetWhatIsStored();
        var changes = new List<Change>(_dirty.Count);
        foreach (var key in _dirty)
        {
            if (Find(key) is { IsDirty: true } cell)
            {
                changes.Add(new Change(key, cell.Row, cell.Json!, cell.Stamp));
                cell.IsDirty = false;
                if (!cell.WasRead)
                {
                    _writtenOnly.Add(key);
                }
            }
        }
        _dirty.Clear();
        return changes.Count < LargeCommit
            ? store.ApplyAsync(Encode(changes), checkpoint, cancel)
            : Task.Run(() => store.ApplyAsync(Encode(changes), checkpoint, cancel), cancel);
    }

    internal void Reset()
    {
        _young.Clear();
        _old.Clear();
        _dirty.Clear();
        _writtenOnly.Clear();
        _undo.Clear();
    }

    private static List<RowChange> Encode(List<Change> changes)
    {
        var rows = new List<RowChange>(changes.Count);
        foreach (var (key, row, json, stamp) in changes)
        {
            // The type matters: a null array would become an empty body, which is a row and not a deletion.
            rows.Add(new RowChange(key, row is null ? default(ReadOnlyMemory<byte>?) : JsonSerializer.SerializeToUtf8Bytes(row, json), stamp));
        }
        return rows;
    }

    // The commit before this one has reached the store: what it wrote may be read from there again.
    private void ForgetWhatIsStored()
    {
        foreach (var key in _writtenOnly)
        {
            if (Find(key) is { IsDirty: false, WasRead: false })
            {
                _young.Remove(key);
            }
        }
        _writtenOnly.Clear();
        if (_young.Count - _dirty.Count > cachedRows)
        {
            (_old, _young) = (_young, []);
        }
    }

    // A row in use moves to the younger generation; what nobody uses goes with the older one.
    private Cell? Find(RowKey key)
    {
        if (_young.TryGetValue(key, out var cell))
        {
            return cell;
        }
        if (_old.Remove(key, out cell))
        {
            _young[key] = cell;
        }
        return cell;
    }

    private void Set(RowKey key, object? row, JsonTypeInfo json)
    {
        if (Find(key) is { } cell)
        {
            // The stored row has this event in it already: delivered again, it must not be counted again. A lower stamp the store
            // would refuse by itself; an equal one it would not.
            if (!cell.IsDirty && cell.Stamp >= _stamp)
            {
                return;
            }
            _undo.Add(new Undo(key, cell.Row, cell.Stamp, cell.IsDirty, true));
        }
        else
        {
            _undo.Add(new Undo(key, null, -1, false, false));
            _young[key] = cell = new Cell();
        }
        if (!cell.IsDirty)
        {
            _dirty.Add(key);
        }
        (cell.Row, cell.Json, cell.Stamp, cell.IsDirty) = (row, json, _stamp, true);
    }
}
