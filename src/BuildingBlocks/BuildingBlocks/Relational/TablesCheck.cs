using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Pump;

namespace Kilo.BuildingBlocks.Relational;

/// <summary>Where the two sides of a check of tables are.</summary>
/// <param name="Model">Their tables.</param>
/// <param name="Served">A moment of those that are served.</param>
/// <param name="Folded">A moment of those that were folded for the check.</param>
public sealed record CheckedTables(RelationalModel Model, Func<CancellationToken, Task<IRelationalSnapshot>> Served, Func<CancellationToken, Task<IRelationalSnapshot>> Folded);

/// <summary>
/// Compares the tables of two snapshots that were folded equally far, row by row. A month that upkeep has pruned is known by the rows in its middle: there the sums have to be equal.
/// </summary>
/// <param name="made">What the log makes.</param>
/// <param name="there">What is served.</param>
/// <param name="most">After so many differences it ends.</param>
/// <param name="moved">Waits for as long as reading so many bytes should take.</param>
internal sealed class TablesCheck(IRelationalSnapshot made, IRelationalSnapshot there, int most, Func<long, CancellationToken, ValueTask> moved)
{
    private const int PaceEvery = 1_000;

    /// <summary>Rows that belong together; of most tables each for itself.</summary>
    private sealed record Group(object?[] Key, List<object?[]> Rows);

    private readonly HashSet<DateTimeOffset> _pruned = [];
    private readonly List<ViewDifference> _differences = [];
    private long _bytes;

    /// <summary>How many rows of what is served were compared.</summary>
    public long Rows { get; private set; }

    /// <summary>Those that differ.</summary>
    public IReadOnlyList<ViewDifference> Differences => _differences;

    /// <summary>Compares all tables.</summary>
    public async Task RunAsync(RelationalModel model, CancellationToken cancel)
    {
        // Which months are pruned, their sums tell.
        foreach (var table in model.Tables.OrderByDescending(t => t.IsSum))
        {
            await CompareAsync(table, cancel);
        }
    }

    private async Task CompareAsync(RelationalTable table, CancellationToken cancel)
    {
        await using var left = GroupsAsync(table, made, cancel).GetAsyncEnumerator(cancel);
        await using var right = GroupsAsync(table, there, cancel).GetAsyncEnumerator(cancel);
        var (isLeft, isRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while ((isLeft || isRight) && _differences.Count < most)
        {
            var order = !isLeft ? 1 : !isRight ? -1 : Compare(left.Current.Key, right.Current.Key);
            Compare(table, order <= 0 ? left.Current.Rows : [], order >= 0 ? right.Current.Rows : []);
            isLeft = order <= 0 ? await left.MoveNextAsync() : isLeft;
            isRight = order >= 0 ? await right.MoveNextAsync() : isRight;
        }
    }

    private void Compare(RelationalTable table, List<object?[]> made, List<object?[]> there)
    {
        Rows += there.Count;
        var theirs = there.ToDictionary(row => Name(table, row));
        var differing = new List<ViewDifference>();
        foreach (var row in made)
        {
            var name = Name(table, row);
            if (!theirs.Remove(name, out var other))
            {
                if (!(table is { PrunedBy: { } by, IsSum: false } && _pruned.Contains(MonthOf(table, by, row))))
                {
                    differing.Add(new(table.Name, name, "", "is missing"));
                }
            }
            else if (!row.SequenceEqual(other))
            {
                differing.Add(new(table.Name, name, "", $"differs in {string.Join(", ", table.Columns.Where((_, i) => !Equals(row[i], other[i])).Select(c => c.Name))}"));
            }
        }
        differing.AddRange(theirs.Keys.Select(name => new ViewDifference(table.Name, name, "", "is not what the log makes")));
        if (differing.Count > 0 && table is { PrunedBy: { } moment, IsSum: true } && there.Any(row => Equals(row[0], MonthOf(table, moment, row))) && AreSumsEqual(table, made, there))
        {
            _pruned.Add((DateTimeOffset)there[0][0]!);
            return;
        }
        _differences.AddRange(differing.Take(most - _differences.Count));
    }

    private static bool AreSumsEqual(RelationalTable table, List<object?[]> made, List<object?[]> there)
    {
        var sums = Sums(made);
        return Sums(there) is var others && others.Count == sums.Count && others.All(s => sums.TryGetValue(s.Key, out var sum) && s.Value.SequenceEqual(sum));

        Dictionary<string, long[]> Sums(List<object?[]> rows) => rows
            .GroupBy(row => string.Join(' ', row.Skip(1).Take(table.KeyColumns - 1)))
            .ToDictionary(g => g.Key, g => table.Values.Select((_, i) => g.Sum(row => (long)row[table.KeyColumns + i]!)).ToArray());
    }

    private static DateTimeOffset MonthOf(RelationalTable table, string column, object?[] row) =>
        RelationalTable.MiddleOf((DateTimeOffset)row[table.Columns.Select(c => c.Name).ToList().IndexOf(column)]!);

    private static string Name(RelationalTable table, object?[] row) =>
        string.Join(' ', row.Take(table.KeyColumns).Select(v => v is DateTimeOffset time ? time.ToString(RelationalRow.TimeFormat, System.Globalization.CultureInfo.InvariantCulture) : v));

    private async IAsyncEnumerable<Group> GroupsAsync(RelationalTable table, IRelationalSnapshot of, [EnumeratorCancellation] CancellationToken cancel)
    {
        Group? group = null;
        var pace = 0;
        await foreach (var read in of.ReadAsync(table, cancel))
        {
            var row = Values(table, read);
            object?[] key = table is { PrunedBy: { } by, IsSum: true } ? [MonthOf(table, by, row)] : row[..table.KeyColumns];
            if (group is not null && Compare(group.Key, key) != 0)
            {
                yield return group;
                group = null;
            }
            (group ??= new(key, [])).Rows.Add(row);
            _bytes += row.Sum(v => v is string text ? text.Length : sizeof(long));
            if (++pace % PaceEvery == 0)
            {
                await moved(_bytes, cancel);
                _bytes = 0;
            }
        }
        if (group is not null)
        {
            yield return group;
        }
    }

    private static object?[] Values(RelationalTable table, RelationalRow row) =>
    [
        .. table.Columns.Select((column, i) => row.IsNull(i) ? null : (object?)(column.Type switch
        {
            ColumnType.Id => row.Id(i),
            ColumnType.Number => row.Number(i),
            ColumnType.Flag => row.Flag(i),
            // An engine may keep more of it than it promises.
            ColumnType.Time => DateTimeOffset.FromUnixTimeMilliseconds(row.Time(i)!.Value.ToUnixTimeMilliseconds()),
            _ => row.Text(i),
        })),
    ];

    private static int Compare(object?[] a, object?[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var order = (a[i], b[i]) switch
            {
                (string x, string y) => Views.Slice.Order.Compare(x, y),
                // As both engines have them in order: by their bytes.
                (Guid x, Guid y) => string.CompareOrdinal(x.ToString(), y.ToString()),
                var (x, y) => Comparer<object>.Default.Compare(x, y),
            };
            if (order != 0)
            {
                return order;
            }
        }
        return 0;
    }
}
