using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.Retention;

/// <summary>What is too old to be kept in detail.</summary>
/// <param name="Before">Whole months before this are kept as totals.</param>
/// <param name="ActivityRows">Rows of activity that become fewer.</param>
/// <param name="Downloads">Downloads that are kept as numbers only.</param>
internal sealed record Prunable(DateTimeOffset Before, long ActivityRows, long Downloads)
{
    public long Rows => ActivityRows + Downloads;
}

/// <summary>
/// Puts the activity of old months together: what somebody did in a library in a month becomes one row, in the middle of it, which is in the same month in every time zone. Single downloads of
/// these months go. Sums over whole months are what they were. Done again it finds nothing to do.
/// </summary>
internal sealed class Pruner([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations, ReportingOptions options, TimeProvider time)
{
    private const string Counters = "added, versions, bytes, downloads, downloaded_bytes, changed, trashed, restored, purged";

    private static readonly string Sums = string.Join(", ", Counters.Split(", ").Select(c => $"sum({c})"));
    private static readonly string Grown = string.Join(", ", Counters.Split(", ").Select(c => $"{c} = kept.{c} + excluded.{c}"));

    // In the order in which a fold takes them.
    private static readonly string[] Tables = ["activity_1", "downloads_1", "quarters_1"];

    private DateTimeOffset Before
    {
        get
        {
            var now = time.GetUtcNow();
            var oldest = options.DetailAge < now - DateTimeOffset.MinValue ? now - options.DetailAge : DateTimeOffset.MinValue;
            return new DateTimeOffset(oldest.Year, oldest.Month, 1, 0, 0, 0, TimeSpan.Zero);
        }
    }

    /// <summary>What would be pruned now; nothing is changed.</summary>
    public async Task<Prunable> LookAsync(CancellationToken cancel)
    {
        var (before, activity, downloads) = (Before, 0L, 0L);
        for (var month = await FirstAsync(cancel); month < before; month = month.AddMonths(1))
        {
            var row = await OneAsync(
                "SELECT (SELECT count(*) FROM reporting.activity WHERE quarter >= $1 AND quarter < $2 AND quarter <> $3), (SELECT count(*) FROM reporting.downloads WHERE at >= $1 AND at < $2)",
                [month, month.AddMonths(1), RelationalTable.MiddleOf(month)], cancel);
            activity += row.Number(0);
            downloads += row.Number(1);
        }
        return new Prunable(before, activity, downloads);
    }

    /// <summary>Prunes month by month, each whole or not at all, and says of each how many rows went.</summary>
    public async IAsyncEnumerable<long> PruneAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var before = Before;
        for (var from = await FirstAsync(cancel); from < before; from = from.AddMonths(1))
        {
            var to = from.AddMonths(1);
            object?[] values = [RelationalTable.MiddleOf(from), from, to];
            var gone = await relations.WriteAsync(
                Tables,
                [
                    new($$"""
                        INSERT INTO {activity_1} AS kept (quarter, library, person_id, {{Counters}})
                        SELECT $1, library, person_id, {{Sums}} FROM {activity_1} WHERE quarter >= $2 AND quarter < $3 AND quarter <> $1 GROUP BY library, person_id
                        ON CONFLICT (quarter, library, person_id) DO UPDATE SET {{Grown}}
                        """, values),
                    new("DELETE FROM {activity_1} WHERE quarter >= $2 AND quarter < $3 AND quarter <> $1", values),
                    new($$"""
                        INSERT INTO {quarters_1} AS kept (quarter, {{Counters}})
                        SELECT $1, {{Sums}} FROM {quarters_1} WHERE quarter >= $2 AND quarter < $3 AND quarter <> $1 GROUP BY 1
                        ON CONFLICT (quarter) DO UPDATE SET {{Grown}}
                        """, values),
                    new("DELETE FROM {quarters_1} WHERE quarter >= $2 AND quarter < $3 AND quarter <> $1", values),
                    new("DELETE FROM {downloads_1} WHERE at >= $1 AND at < $2", [from, to]),
                ],
                cancel);
            yield return gone[1] + gone[4];
        }
    }

    // The first month of which there is anything; the last of all when there is none.
    private async Task<DateTimeOffset> FirstAsync(CancellationToken cancel) =>
        (await OneAsync("SELECT min(quarter) FROM reporting.activity_totals", [], cancel)).Time(0) is { } at ? new DateTimeOffset(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero) : DateTimeOffset.MaxValue;

    // Every start comes here: without the library that reads sequences, which takes a megabyte.
    private async Task<RelationalRow> OneAsync(string sql, IReadOnlyList<object?> values, CancellationToken cancel)
    {
        await foreach (var row in relations.ReadAsync(sql, values, cancel))
        {
            return row;
        }
        throw new InvalidOperationException("A count has a row.");
    }
}
