using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kilo.BuildingBlocks.Views;

/// <summary>The rows of one batch, encoded. Its memory serves one batch after the other.</summary>
internal sealed class ChangedRows
{
    private readonly List<ViewSession.Cell> _cells = [];
    private readonly List<RowChange> _rows = [];
    private readonly ArrayBufferWriter<byte> _bodies = new();

    public IReadOnlyCollection<RowChange> Rows => _rows;

    public IReadOnlyList<ViewSession.Cell> Cells => _cells;

    /// <summary>Takes the changes of these, in their order, in the place of those that it had.</summary>
    public void Take(IEnumerable<ViewSession.Cell> dirty)
    {
        _cells.Clear();
        _rows.Clear();
        _bodies.ResetWrittenCount();
        // The source-generated code writes no invalid JSON.
        using var json = new Utf8JsonWriter(_bodies, new JsonWriterOptions { SkipValidation = true });
        // One that was rolled back is clean; one that was changed again after that is here twice.
        foreach (var cell in dirty.Where(c => c.IsDirty))
        {
            (cell.IsDirty, cell.TakenBy) = (false, this);
            _cells.Add(cell);
            _rows.Add(new RowChange(cell.Key, cell.Row is null ? default(ReadOnlyMemory<byte>?) : Encode(cell.Row, cell.Json!, json), cell.Stamp));
        }
    }

    private ReadOnlyMemory<byte> Encode(object row, JsonTypeInfo shape, Utf8JsonWriter json)
    {
        var start = _bodies.WrittenCount;
        JsonSerializer.Serialize(json, row, shape);
        json.Reset();
        // When more memory is taken later, this row stays where it is now.
        return _bodies.WrittenMemory[start..];
    }
}
