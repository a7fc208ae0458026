using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;

namespace Kilo.Documents.FindDocuments;

/// <summary>What some documents can be found by.</summary>
/// <param name="Added">Documents that were ever given to this block: what bounds it, because one from the trash comes back to its block.</param>
/// <param name="Entries">One per live document, as <see cref="Words.Entry"/> writes it, in the order of their ids.</param>
internal sealed record BlockRow(int Added, string[] Entries)
{
    private const int IdLength = 36;

    private static readonly Comparer<string> ById = Comparer<string>.Create((a, b) => string.CompareOrdinal(a, 0, b, 0, IdLength));

    public static BlockRow Empty { get; } = new(0, []);

    /// <summary>
    /// The documents of a stored block that match all patterns, in the order of their ids. It looks at the bytes as they are: a search may read
    /// thousands of blocks, and to decode them would take most of its time. A quotation mark within an entry is stored as an escape.
    /// </summary>
    public static List<string> Matching(ReadOnlySpan<byte> stored, byte[][] patterns)
    {
        var ids = new List<string>();
        if (Match(stored, patterns))
        {
            stored = stored[(stored.IndexOf("[\""u8) + 2)..];
            foreach (var range in stored.Split("\",\""u8))
            {
                if (Match(stored[range], patterns))
                {
                    ids.Add(Encoding.ASCII.GetString(stored[range][..IdLength]));
                }
            }
        }
        return ids;
    }

    /// <summary>With the document's entry in the place of its old one; without it when the entry is null.</summary>
    public BlockRow With(string id, string? entry)
    {
        var at = Array.BinarySearch(Entries, id, ById);
        return (at, entry) switch
        {
            ( >= 0, not null) => this with { Entries = [.. Entries[..at], entry, .. Entries[(at + 1)..]] },
            ( >= 0, null) => this with { Entries = [.. Entries[..at], .. Entries[(at + 1)..]] },
            ( < 0, not null) => this with { Entries = [.. Entries[..~at], entry, .. Entries[~at..]] },
            _ => this,
        };
    }

    private static bool Match(ReadOnlySpan<byte> text, byte[][] patterns)
    {
        foreach (var pattern in patterns)
        {
            if (text.IndexOf(pattern) < 0)
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>Blocks that a library has for a month.</summary>
internal sealed record MonthRow(int Blocks);

/// <summary>
/// Words that live documents can be found by: a library's documents, in the order in which they were added, in blocks of at most 64. A search reads
/// the newest block first. A row per word and document would be eight times as many rows, and each somewhere else.
/// Partition: the library; sort key: the month in which the document was added, the log partition, the block's number.
/// </summary>
internal static class TermsView
{
    private const int BlockSize = 64;

    public static ViewTable<BlockRow> Table { get; } = new("words", RowsJson.Default.BlockRow);

    /// <summary>How many blocks there are. Partition: the library; sort key: the month and the log partition, as in <see cref="Table"/>.</summary>
    public static ViewTable<MonthRow> Months { get; } = new("months", RowsJson.Default.MonthRow);

    /// <summary>The block for a document that is added now.</summary>
    public static async ValueTask<int> PlaceAsync(string library, DateTimeOffset addedAt, int partition, ViewSession session, CancellationToken cancel)
    {
        var month = Month(addedAt, partition);
        var newest = (await session.GetAsync(Months, library, month, cancel))?.Blocks ?? 0;
        var block = await session.GetAsync(Table, library, Key(month, newest), cancel) ?? BlockRow.Empty;
        if (block.Added == BlockSize)
        {
            session.Put(Months, library, month, new MonthRow(++newest));
            block = BlockRow.Empty;
        }
        session.Put(Table, library, Key(month, newest), block with { Added = block.Added + 1 });
        return newest;
    }

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        var before = t.WasLive ? t.Before : null;
        var after = t.IsLive ? t.After : null;
        if (before?.Title == after?.Title && ReferenceEquals(before?.Tags, after?.Tags))
        {
            return;
        }
        var key = Key(Month(t.After.CreatedAt, t.Position.Partition), t.After.Block);
        var block = await session.GetAsync(Table, t.After.Library, key, cancel) ?? BlockRow.Empty;
        session.Put(Table, t.After.Library, key, block.With(t.Id, after is null ? null : Words.Entry(t.Id, after.Title, after.Tags)));
    }

    private static string Month(DateTimeOffset at, int partition) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM} {partition:D5}");

    private static string Key(string month, int block) => string.Create(CultureInfo.InvariantCulture, $"{month} {block:D9}");
}
