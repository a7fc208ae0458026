using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Reporting.Model;

/// <summary>What one event adds to the activity of its quarter of an hour.</summary>
internal readonly record struct Done(
    long Added = 0, long Versions = 0, long Bytes = 0, long Downloads = 0, long DownloadedBytes = 0, long Changed = 0, long Trashed = 0, long Restored = 0, long Purged = 0)
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    public void Add(ViewSession session, DateTimeOffset at, string library, Guid person)
    {
        var quarter = new DateTimeOffset(at.UtcTicks - at.UtcTicks % Quarter.Ticks, TimeSpan.Zero);
        var partition = quarter.ToString(RelationalRow.TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
        session.Add(ActivitySum.Table, partition, $"{library}/{person}",
            new ActivitySum(quarter, library, person, Added, Versions, Bytes, Downloads, DownloadedBytes, Changed, Trashed, Restored, Purged));
        session.Add(ActivitySum.Totals, partition, "",
            new QuarterSum(quarter, Added, Versions, Bytes, Downloads, DownloadedBytes, Changed, Trashed, Restored, Purged));
    }
}
