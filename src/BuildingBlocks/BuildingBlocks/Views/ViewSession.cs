using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;

namespace Kilo.BuildingBlocks.Views;

/// <summary>
/// What a projection reads and writes while it folds a batch. Reads see the batch's own writes; rows that were read stay decoded between
/// batches, so that folding a busy document does not read it back each time. Nothing reaches the store before the batch ends.
/// Not thread-safe: one session belongs to one log partition.
/// </summary>
/// <param name="store">Where the rows are.</param>
/// <param name="cachedRows">About how many rows stay decoded, twice: those in use, and those that were in use before them.</param>
public sealed class ViewSession(IViewStore store, int cachedRows = 20_000)
{
    internal sealed class Cell(RowKey key)
    {
        public RowKey Key => key;
        public object? Row;
        public JsonTypeInfo? Json;
        public long Stamp = -1;
        public bool IsDirty;
        public bool WasRead;
        // Holds what this batch adds, not what is stored: gone when the batch is taken.
        public bool IsSum;
        // The batch that last took it, until that is stored: the store may not have this row yet.
        public ChangedRows? TakenBy;
        public int UsedIn;
    }

    private sealed class ByKey : IEqualityComparer<RowKey>
    {
        // Sort keys differ most often, tables' names nearly never.
        public bool Equals(RowKey x, RowKey y) => x.Sort == y.Sort && x.Partition == y.Partition && x.Table == y.Table;

        public int GetHashCode(RowKey key) => HashCode.Combine(key.Partition, key.Sort);
    }

    // Rows that are neighbours in a store are written one after the other.
    private static readonly Comparison<Cell> InKeyOrder = (a, b) =>
        string.CompareOrdinal(a.Key.Table, b.Key.Table) is var table and not 0 ? table
        : string.CompareOrdinal(a.Key.Partition, b.Key.Partition) is var partition and not 0 ? partition
        : string.CompareOrdinal(a.Key.Sort, b.Key.Sort);

    private readonly record struct Undo(Cell Cell, object? Row, long Stamp, bool WasDirty, bool IsNew);

    private readonly Dictionary<RowKey, Cell> _cells = new(new ByKey());
    private readonly Dictionary<RowKey, ViewRow?> _fetched = new(new ByKey());
    private readonly List<Cell> _dirty = [];
    private readonly List<Undo> _undo = [];
    private ChangedRows _next = new();
    private ChangedRows _afterNext = new();
    private int _generation;
    private long _stamp;

    /// <summary>The row as the batch has left it, or null. Rows are immutable: change a copy and put it.</summary>
    public ValueTask<TRow?> GetAsync<TRow>(ViewTable<TRow> table, string partition, string sort, CancellationToken cancel) where TRow : class
    {
        var key = new RowKey(table.Name, partition, sort);
        if (!_cells.TryGetValue(key, out var cell))
        {
            return LoadAsync(table, key, cancel);
        }
        (cell.WasRead, cell.UsedIn) = (true, _generation);
        return ValueTask.FromResult((TRow?)cell.Row);
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
        foreach (var (key, cell) in _cells)
        {
            if (key.Partition == partition && key.Table == table.Name
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

    /// <summary>
    /// Adds to a row of sums, which any log partition may add to. Nothing is read. Only a store whose checkpoint moves in one transaction with its rows has such
    /// tables: there, and only there, nothing is added twice.
    /// </summary>
    public void Add<TRow>(ViewTable<TRow> table, string partition, string sort, TRow by) where TRow : class
    {
        var key = new RowKey(table.Name, partition, sort);
        var before = _cells.TryGetValue(key, out var cell) ? (TRow?)cell.Row : null;
        Set(key, before is null ? by : table.Sum!(before, by), table.Json);
        _cells[key].IsSum = true;
    }

    /// <summary>Reads rows that what comes next will ask for, all at once, until <see cref="Forget"/>.</summary>
    internal async ValueTask FetchAsync(IEnumerable<RowKey> keys, CancellationToken cancel)
    {
        var missing = new List<RowKey>();
        foreach (var key in keys)
        {
            if (!_cells.ContainsKey(key) && _fetched.TryAdd(key, null))
            {
                missing.Add(key);
            }
        }
        if (missing.Count > 0)
        {
            var rows = await store.GetManyAsync(missing, cancel);
            for (var i = 0; i < missing.Count; i++)
            {
                _fetched[missing[i]] = rows[i];
            }
        }
    }

    /// <summary>Rows that nobody asked for are read again when somebody does: others may be stored by then.</summary>
    internal void Forget() => _fetched.Clear();

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
            var (cell, row, stamp, wasDirty, isNew) = _undo[i];
            (cell.Row, cell.Stamp, cell.IsDirty) = (row, stamp, wasDirty);
            if (isNew)
            {
                _cells.Remove(cell.Key);
            }
        }
        _undo.Clear();
    }

    /// <summary>
    /// The batch's rows, for the store, in the order of their keys. The next batch may be folded while they are written: it sees these rows here. The caller says when they
    /// are <see cref="Stored"/>, and stores one batch before it takes the next but one.
    /// </summary>
    internal ChangedRows Take()
    {
        var changes = _next;
        (_next, _afterNext) = (_afterNext, _next);
        _dirty.Sort(InKeyOrder);
        changes.Take(_dirty);
        foreach (var sum in _dirty.Where(c => c.IsSum))
        {
            _cells.Remove(sum.Key);
        }
        _dirty.Clear();
        return changes;
    }

    /// <summary>The store has these rows: those that no fold has asked for may be read from there again.</summary>
    internal void Stored(ChangedRows changes)
    {
        foreach (var cell in changes.Cells.Where(c => c.TakenBy == changes))
        {
            cell.TakenBy = null;
            if (!cell.IsDirty && !cell.WasRead && !cell.IsSum)
            {
                _cells.Remove(cell.Key);
            }
        }
        if (_cells.Count > 2 * cachedRows)
        {
            foreach (var (key, cell) in _cells)
            {
                if (cell.UsedIn < _generation && !cell.IsDirty && cell.TakenBy is null)
                {
                    _cells.Remove(key);
                }
            }
            _generation++;
        }
    }

    /// <summary>Forgets everything, with the memory that it took.</summary>
    internal void Reset()
    {
        _cells.Clear();
        _cells.TrimExcess();
        _dirty.Clear();
        _dirty.TrimExcess();
        _undo.Clear();
        _fetched.Clear();
        (_next, _afterNext) = (new(), new());
    }

    private async ValueTask<TRow?> LoadAsync<TRow>(ViewTable<TRow> table, RowKey key, CancellationToken cancel) where TRow : class
    {
        if (!_fetched.Remove(key, out var stored))
        {
            stored = await store.GetAsync(key, cancel);
        }
        var row = stored is null ? null : table.Read(stored);
        _cells[key] = new Cell(key) { Row = row, Stamp = stored?.Stamp ?? -1, WasRead = true, UsedIn = _generation };
        return row;
    }

    private void Set(RowKey key, object? row, JsonTypeInfo json)
    {
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out var exists);
        cell ??= new Cell(key);
        // The stored row has this event in it already: delivered again, it must not be counted again. A lower stamp the store
        // would refuse by itself; an equal one it would not.
        if (exists && !cell.IsDirty && cell.Stamp >= _stamp)
        {
            return;
        }
        _undo.Add(new Undo(cell, cell.Row, cell.Stamp, cell.IsDirty, !exists));
        if (!cell.IsDirty)
        {
            _dirty.Add(cell);
        }
        (cell.Row, cell.Json, cell.Stamp, cell.IsDirty, cell.UsedIn) = (row, json, _stamp, true, _generation);
    }
}
