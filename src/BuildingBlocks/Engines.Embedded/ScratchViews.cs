using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Embedded;

/// <summary>Views for one use, in a temporary file that goes with them. Beyond the port, their partitions can be listed.</summary>
public sealed class ScratchViews : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kilo-").FullName;
    private readonly SqliteViewStore _store;
    private readonly DatabasePool _listing;

    /// <param name="tables">Their tables.</param>
    /// <param name="relations">Those of them that have columns.</param>
    public ScratchViews(IReadOnlyCollection<string> tables, RelationalModel? relations = null)
    {
        var path = Path.Combine(_directory, "views.db");
        _store = new SqliteViewStore(path, tables, "", relations);
        _listing = new DatabasePool(path, cacheKiB: 512);
    }

    /// <summary>The rows; empty at first.</summary>
    public IViewStore Store => _store;

    /// <summary>The next partition of a table that was ever written to; of null the first, null behind the last.</summary>
    public string? PartitionAfter(string table, string? partition) => _listing.Read(database =>
    {
        using var select = database.Prepare($"SELECT p FROM \"{table}\" WHERE p{(partition is null ? ">=" : ">")}?1 ORDER BY p LIMIT 1");
        select.Bind(1, partition ?? "");
        return select.Step() ? select.Text(0) : null;
    });

    /// <summary>The tables with columns, as they are now.</summary>
    public IRelationalSnapshot Snapshot() => _store.Snapshot();

    /// <summary>Deletes them.</summary>
    public void Dispose()
    {
        _listing.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
