namespace Kilo.BuildingBlocks.Views;

/// <summary>Names one row: a table, the partition it is stored under and its place in that partition's order.</summary>
public readonly record struct RowKey(string Table, string Partition, string Sort);

/// <summary>A stored row.</summary>
/// <param name="Sort">The place in the partition's order (ordinal, by UTF-8 bytes).</param>
/// <param name="Body">What the projection wrote.</param>
/// <param name="Stamp">The offset of the event that wrote it.</param>
public sealed record ViewRow(string Sort, ReadOnlyMemory<byte> Body, long Stamp);

/// <summary>A row to write, or to delete when <paramref name="Body"/> is null.</summary>
public readonly record struct RowChange(RowKey Key, ReadOnlyMemory<byte>? Body, long Stamp);

/// <summary>A stretch of one partition.</summary>
/// <param name="Table">The table.</param>
/// <param name="Partition">The partition.</param>
/// <param name="From">First sort key, inclusive.</param>
/// <param name="To">End of the stretch, exclusive; null: to the end.</param>
/// <param name="Limit">At most so many rows.</param>
/// <param name="Descending">From the end backwards.</param>
public readonly record struct Slice(string Table, string Partition, string From, string? To, int Limit, bool Descending = false)
{
    /// <summary>Greater than every sort key that starts with the prefix: ends a prefix slice.</summary>
    public static string EndOf(string prefix) => prefix + "\U0010FFFF";

    /// <summary>The smallest sort key after this one: continues behind a cursor.</summary>
    public static string After(string sort) => sort + "\u0001";

    /// <summary>The order of sort keys: as their UTF-8 bytes. UTF-16 has the surrogates of U+10000 and above before U+E000.</summary>
    internal static Comparer<string> Order { get; } = Comparer<string>.Create((a, b) =>
    {
        var same = a.AsSpan().CommonPrefixLength(b);
        return same < a.Length && same < b.Length ? Rank(a[same]) - Rank(b[same]) : a.Length - b.Length;

        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x1_0000 : c;
    });
}

/// <summary>How far a view has folded one partition: every event below <paramref name="Next"/> is in the rows.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The log partition.</param>
/// <param name="Next">The offset to read next.</param>
/// <param name="From">Where the batch that leads here began; null: wherever the view stands.</param>
public readonly record struct Checkpoint(string Topic, int Partition, long Next, long? From = null);

/// <summary>
/// Wide rows for one module's views: only what a wide-column store does well. No index, no scan, no join;
/// a query that needs another order gets another view.
/// <para>
/// A write with a lower stamp never replaces a higher one, deletions included; so a projection may be
/// delivered twice, replayed, or run by a consumer that does not yet know that it was replaced.
/// A row is only ever written by events of one log partition.
/// </para>
/// </summary>
public interface IViewStore
{
    /// <summary>
    /// Makes what is folded into, unless it is there and of this log. Whoever folds calls it before it asks where to begin. A store over a network makes migrations here, and for nobody who only reads.
    /// </summary>
    Task PrepareAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The row, or null.</summary>
    ValueTask<ViewRow?> GetAsync(RowKey key, CancellationToken cancel);

    /// <summary>The row of each key, or null, in their order. A store over a network answers with one question for each table.</summary>
    async ValueTask<IReadOnlyList<ViewRow?>> GetManyAsync(IReadOnlyList<RowKey> keys, CancellationToken cancel)
    {
        var rows = new ViewRow?[keys.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = await GetAsync(keys[i], cancel);
        }
        return rows;
    }

    /// <summary>Rows of one partition in order.</summary>
    ValueTask<IReadOnlyList<ViewRow>> SliceAsync(Slice slice, CancellationToken cancel);

    /// <summary>The offset to read next of a log partition; 0 when nothing was folded yet.</summary>
    ValueTask<long> CheckpointAsync(string topic, int partition, CancellationToken cancel);

    /// <summary>The same of a topic's first so many partitions, in their order. A store over a network answers with one question.</summary>
    async ValueTask<IReadOnlyList<long>> CheckpointsAsync(string topic, int partitions, CancellationToken cancel)
    {
        var next = new long[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            next[partition] = await CheckpointAsync(topic, partition, cancel);
        }
        return next;
    }

    /// <summary>
    /// Writes rows and then the checkpoint; a reader that sees the checkpoint sees the rows. A crash in between leaves the old checkpoint.
    /// A checkpoint never moves backwards. The bodies are the caller's again when the task has ended.
    /// </summary>
    /// <exception cref="CheckpointMovedException">The view does not stand where the batch began: another consumer has folded meanwhile.
    /// Nothing was written. Only a store with transactions can promise this; the stamps hold without it.</exception>
    Task ApplyAsync(IReadOnlyCollection<RowChange> changes, Checkpoint checkpoint, CancellationToken cancel);

    /// <summary>Returns when the checkpoint has passed <paramref name="offset"/>, whichever process moved it.</summary>
    Task WaitForAsync(string topic, int partition, long offset, CancellationToken cancel);
}

/// <summary>Opens the views of a module.</summary>
public interface IViewStores
{
    /// <summary>Null: all processes have the same rows. Otherwise a name that those have in common who do: a disk of its own is to be folded into for itself.</summary>
    string? Place => null;

    /// <summary>
    /// The module's store: the generation that is served, and after <see cref="ServeNextAsync"/> in any process the next one. It is opened with its first use, its
    /// tables created (those of migrations, over a network: with <see cref="IViewStore.PrepareAsync"/>). A table that is new to views which were folded before has missed events: then all of them are
    /// emptied and folded again. So a table whose rows change their meaning gets another name. While the log or the store is not there yet, calls of the
    /// store throw <see cref="ViewsUnavailableException"/>.
    /// </summary>
    IViewStore Open(string module, IReadOnlyCollection<string> tables);

    /// <summary>The generation after the one that is served, for a rebuild to fold: new and empty, or as an earlier rebuild left it.</summary>
    /// <exception cref="ViewsUnavailableException">The views are away.</exception>
    ValueTask<IViewStore> OpenNextAsync(string module, IReadOnlyCollection<string> tables, CancellationToken cancel);

    /// <summary>Serves the next generation, in every process, from one read to the next; the one before is deleted. Whoever folds goes on with the new one, from its checkpoint.</summary>
    /// <exception cref="ViewsUnavailableException">The views are away; the same generation is served as before.</exception>
    Task ServeNextAsync(string module, CancellationToken cancel);
}
