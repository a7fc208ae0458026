using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kilo.BuildingBlocks.Views;

/// <summary>A view's table with the shape of its rows.</summary>
public sealed record ViewTable<TRow>(string Name, JsonTypeInfo<TRow> Json) where TRow : class
{
    /// <summary>For a table of sums: two rows of the same key as one. Its rows are <see cref="ViewSession.Add">added</see>, never put.</summary>
    public Func<TRow, TRow, TRow>? Sum { get; init; }

    /// <summary>The key of a row.</summary>
    public RowKey Key(string partition, string sort = "") => new(Name, partition, sort);

    /// <summary>The row, or null.</summary>
    public async ValueTask<TRow?> GetAsync(IViewStore store, string partition, string sort, CancellationToken cancel) =>
        await store.GetAsync(new RowKey(Name, partition, sort), cancel) is { } row ? Read(row) : null;

    /// <summary>Rows of one partition in order, with their sort keys.</summary>
    public async ValueTask<List<(string Sort, TRow Row, long Stamp)>> SliceAsync(
        IViewStore store, string partition, string from, string? to, int limit, CancellationToken cancel, bool descending = false)
    {
        var rows = await store.SliceAsync(new Slice(Name, partition, from, to, limit, descending), cancel);
        return [.. rows.Select(r => (r.Sort, Read(r), r.Stamp))];
    }

    internal TRow Read(ViewRow row) =>
        JsonSerializer.Deserialize(row.Body.Span, Json) ?? throw new InvalidDataException($"A row of {Name} is null.");
}
