using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kilo.BuildingBlocks.Views;

/// <summary>
/// What a projection reads and writes while it folds a batch. Reads see the batch's own writes; rows stay decoded between
/// batches, so that folding a busy document does not read it back each time. Nothing reaches the store before the batch ends.
/// Not thread-safe: one session belongs to one log partition.
/// </summary>
public sealed class ViewSession(IViewStore store, int cachedRows = 20_000)
{
    private sealed class Cell
    {
        public object? Row;
        public JsonTypeInfo? Json;
        public long Stamp;
        public bool Dirty;
    }

    private readonly record struct Undo(RowKey Key, object? Row, long Stamp, bool Dirty, bool Existed);

    private readonly Dictionary<RowKey, Cell> _cells = [];
    private readonly List<RowKey> _dirty = [];
    private readonly List<Undo> _undo = [];
    private long _stamp;

    /// <summary>The row as the batch has left it, or null. Rows are immutable: change a copy and put it.</summary>
    public async ValueTask<TRow?> GetAsync<TRow>(ViewTable<TRow> table, string partition, string sort, CancellationToken cancel) where TRow : class
    {
        var key = new RowKey(table.Name, partition, sort);
        if (_cells.TryGetValue(key, out var cell))
        {
            return (TRow?)cell.Row;
        }
        var stored = await store.GetAsync(key, cancel);
        var row = stored is null ? null : table.Read(stored);
        _cells[key] = new Cell { Row = row, Stamp = stored?.Stamp ?? -1 };
        return row;
    }

    /// <summary>The rows of one partition between two sort keys, the batch's own writes included.</summary>
    public async ValueTask<List<(string Sort, TRow Row)>> SliceAsync<TRow>(
        ViewTable<TRow> table, string partition, string from, string? to, CancellationToken cancel) where TRow : class
    {
        var rows = new SortedDictionary<string, TRow>(StringComparer.Ordinal);
        foreach (var stored in await store.SliceAsync(new Slice(table.Name, partition, from, to, int.MaxValue), cancel))
        {
            rows[stored.Sort] = table.Read(stored);
        }
        foreach (var (key, cell) in _cells)
        {
            if (cell.Dirty && key.Table == table.Name && key.Partition == partition
                && string.CompareOrdinal(key.Sort, from) >= 0 && (to is null || string.CompareOrdinal(key.Sort, to) < 0))
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
        Set(new RowKey(table.Name, partition, sort), null, null);

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
                var cell = _cells[undo.Key];
                (cell.Row, cell.Stamp, cell.Dirty) = (undo.Row, undo.Stamp, undo.Dirty);
            }
            else
            {
                _cells.Remove(undo.Key);
            }
        }
        _undo.Clear();
    }

    internal async Task CommitAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        var changes = new List<RowChange>(_dirty.Count);
        byte[]? body = null;
        object? bodyOf = null;
        foreach (var key in _dirty)
        {
            if (!_cells.TryGetValue(key, out var cell) || !cell.Dirty)
            {
                continue;
            }
            // Two views of one record share its bytes.
            if (cell.Row is not null && !ReferenceEquals(cell.Row, bodyOf))
            {
                (body, bodyOf) = (JsonSerializer.SerializeToUtf8Bytes(cell.Row, cell.Json!), cell.Row);
            }
            changes.Add(new RowChange(key, cell.Row is null ? null : body, cell.Stamp));
            cell.Dirty = false;
        }
        _dirty.Clear();
        await store.ApplyAsync(changes, checkpoint, cancel);
        if (_cells.Count > cachedRows)
        {
            _cells.Clear();
        }
    }

    internal void Reset()
    {
        _cells.Clear();
        _dirty.Clear();
        _undo.Clear();
    }

    private void Set(RowKey key, object? row, JsonTypeInfo? json)
    {
        if (_cells.TryGetValue(key, out var cell))
        {
            _undo.Add(new Undo(key, cell.Row, cell.Stamp, cell.Dirty, true));
        }
        else
        {
            _undo.Add(new Undo(key, null, -1, false, false));
            _cells[key] = cell = new Cell { Stamp = -1 };
        }
        if (!cell.Dirty)
        {
            _dirty.Add(key);
        }
        (cell.Row, cell.Json, cell.Stamp, cell.Dirty) = (row, json, _stamp, true);
    }
}
