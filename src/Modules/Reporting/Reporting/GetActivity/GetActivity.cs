using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.GetActivity;

/// <summary>What was done, day by day.</summary>
internal sealed record GetActivity(ReportRange Range, Bucket Bucket, string? Library, Guid? Person) : IQuery<ActivityResponse>;

/// <summary>How days are put together.</summary>
internal enum Bucket
{
    /// <summary>Each for itself.</summary>
    Day,

    /// <summary>From Monday to Sunday.</summary>
    Week,

    /// <summary>Of the calendar.</summary>
    Month,
}

/// <summary>What was done, in order of time.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="TimeZone">Whose days they are.</param>
/// <param name="Bucket"><c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Items">One for each bucket, those in which nothing happened included.</param>
/// <param name="Next">Always null.</param>
internal sealed record ActivityResponse(DateOnly From, DateOnly To, string TimeZone, string Bucket, IReadOnlyList<ActivityItem> Items, string? Next);

/// <summary>What was done in one bucket; of its days only those in the range count.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="Documents">Documents that were added.</param>
/// <param name="Versions">Versions that were added, the first ones of documents included.</param>
/// <param name="Bytes">Bytes of those versions.</param>
/// <param name="Downloads">Contents that were downloaded.</param>
/// <param name="DownloadedBytes">Bytes of those contents.</param>
/// <param name="Changed">Documents that were renamed, moved or tagged.</param>
/// <param name="Trashed">Documents that went to the trash.</param>
/// <param name="Restored">Documents that came back from it.</param>
/// <param name="Purged">Documents that were deleted for good.</param>
internal sealed record ActivityItem(
    DateOnly Start, long Documents, long Versions, long Bytes, long Downloads, long DownloadedBytes, long Changed, long Trashed, long Restored, long Purged);

internal sealed class GetActivityHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations) : IRequestHandler<GetActivity, ActivityResponse>
{
    private static readonly string[] Counters = ["added", "versions", "bytes", "downloads", "downloaded_bytes", "changed", "trashed", "restored", "purged"];

    public async Task<ActivityResponse> Handle(GetActivity request, CancellationToken cancellationToken)
    {
        var (range, counted) = (request.Range, new List<(DateOnly Start, DateTimeOffset At, long[] Counts)>());
        for (var day = range.From; day <= range.To; day = Next(day, request.Bucket))
        {
            counted.Add((First(day, request.Bucket), range.StartOf(day), new long[Counters.Length]));
        }
        var at = 0;
        await foreach (var row in relations.ReadAsync(Sql(request, out var values), values, cancellationToken))
        {
            var quarter = row.Time(0)!.Value;
            while (at + 1 < counted.Count && counted[at + 1].At <= quarter)
            {
                at++;
            }
            for (var i = 0; i < Counters.Length; i++)
            {
                counted[at].Counts[i] += row.Number(i + 1);
            }
        }
        return new ActivityResponse(range.From, range.To, range.Zone.Id, request.Bucket.ToString().ToLowerInvariant(),
            [.. counted.Select(c => new ActivityItem(c.Start, c.Counts[0], c.Counts[1], c.Counts[2], c.Counts[3], c.Counts[4], c.Counts[5], c.Counts[6], c.Counts[7], c.Counts[8]))], null);
    }

    private static string Sql(GetActivity request, out List<object?> values)
    {
        values = [request.Range.Start, request.Range.End];
        if (request is { Library: null, Person: null })
        {
            return $"SELECT quarter, {string.Join(", ", Counters)} FROM reporting.activity_totals WHERE quarter >= $1 AND quarter < $2 ORDER BY quarter";
        }
        var only = "";
        foreach (var (column, value) in new (string, object?)[] { ("library", request.Library), ("person_id", request.Person) }.Where(f => f.Item2 is not null))
        {
            values.Add(value);
            only += $" AND {column} = ${values.Count}";
        }
        return $"SELECT quarter, {string.Join(", ", Counters.Select(c => $"sum({c})"))} FROM reporting.activity WHERE quarter >= $1 AND quarter < $2{only} GROUP BY quarter ORDER BY quarter";
    }

    private static DateOnly First(DateOnly day, Bucket bucket) => bucket switch
    {
        Bucket.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        Bucket.Month => new DateOnly(day.Year, day.Month, 1),
        _ => day,
    };

    private static DateOnly Next(DateOnly day, Bucket bucket) => bucket switch
    {
        Bucket.Week => First(day, bucket).AddDays(7),
        Bucket.Month => First(day, bucket).AddMonths(1),
        _ => day.AddDays(1),
    };
}

internal static class GetActivityEndpoint
{
    private static readonly CsvColumn<ActivityItem>[] Columns =
    [
        new("start", i => i.Start), new("documents", i => i.Documents), new("versions", i => i.Versions), new("bytes", i => i.Bytes), new("downloads", i => i.Downloads),
        new("downloaded_bytes", i => i.DownloadedBytes), new("changed", i => i.Changed), new("trashed", i => i.Trashed), new("restored", i => i.Restored), new("purged", i => i.Purged),
    ];

    public static void MapGetActivity(this IEndpointRouteBuilder routes) => routes
        .MapGet("/activity", async (
            string? from, string? to, string? bucket, string? tz, string? library, Guid? person, string? format, HttpRequest request, IMediator mediator, TimeProvider time, CancellationToken cancel) =>
        {
            var activity = await mediator.Send(new GetActivity(ReportRange.Of(from, to, tz, time), BucketOf(bucket), library, person), cancel);
            return ReportList.IsCsv(request) ? await ReportList.AnswerAsync(request, "activity", activity.Items.ToAsyncEnumerable(), Columns, cancel) : TypedResults.Ok(activity);
        })
        .Produces<ActivityResponse>(200, "application/json", "text/csv").ProducesProblem(400).ProducesProblem(403)
        .WithName("GetActivity").WithSummary("What was done, by day, week or month. For administrators.")
        .WithDescription($"{ReportRange.Meaning} bucket is day, week (from Monday) or month. library and person leave out all others. format=csv, or Accept: text/csv, gives CSV.");

    private static Bucket BucketOf(string? bucket) => bucket switch
    {
        null or "" or "day" => Bucket.Day,
        "week" => Bucket.Week,
        "month" => Bucket.Month,
        _ => throw new Problem(400, "invalid-bucket", "bucket must be day, week or month."),
    };
}
