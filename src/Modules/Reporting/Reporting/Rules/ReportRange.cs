using System.Globalization;
using Kilo.BuildingBlocks.Http;

namespace Kilo.Reporting.Rules;

/// <summary>Whole days in somebody's time zone.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Zone">Whose days.</param>
internal sealed record ReportRange(DateOnly From, DateOnly To, TimeZoneInfo Zone)
{
    private const int UsualDays = 30;
    private const int MostDays = 3_660;

    /// <summary>What the parameters mean, for the description of the API.</summary>
    public const string Meaning =
        "from and to are dates like 2026-01-31 and both count; without them it is the last 30 days. tz is the time zone in which a day begins and ends, like Europe/Berlin; without it UTC.";

    /// <summary>When the first day begins.</summary>
    public DateTimeOffset Start => StartOf(From);

    /// <summary>When the day after the last one begins.</summary>
    public DateTimeOffset End => StartOf(To.AddDays(1));

    /// <summary>The range that was asked for.</summary>
    /// <exception cref="Problem">400: a date or the zone is none, or the range is too long.</exception>
    public static ReportRange Of(string? from, string? to, string? zone, TimeProvider time)
    {
        var here = ZoneOf(zone);
        var last = DateOf("to", to) ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), here).DateTime);
        var first = DateOf("from", from) ?? last.AddDays(1 - Math.Min(UsualDays, last.DayNumber));
        if (first > last)
        {
            throw new Problem(400, "invalid-range", "from must not be after to.");
        }
        return last.DayNumber - first.DayNumber < MostDays
            ? new ReportRange(first, last, here)
            : throw new Problem(400, "invalid-range", $"A report covers at most {MostDays} days. Ask for fewer.");
    }

    /// <summary>When a day begins: midnight, or the first moment after it where a clock was put forward over midnight.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (Zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }
        // Midnight that comes twice begins the day with its first.
        var offset = Zone.IsAmbiguousTime(midnight) ? Zone.GetAmbiguousTimeOffsets(midnight).Max() : Zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight - offset, TimeSpan.Zero);
    }

    private static DateOnly? DateOf(string name, string? text) => string.IsNullOrEmpty(text) ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and < 9000 ? date
        : throw new Problem(400, "invalid-date", $"{name} must be a date like 2026-01-31, from the year 2000 on.");

    private static TimeZoneInfo ZoneOf(string? zone) => string.IsNullOrEmpty(zone) ? TimeZoneInfo.Utc
        : zone.Length <= 64 && !zone.Contains("..", StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found
        : throw new Problem(400, "invalid-time-zone", "tz must be the name of a time zone like Europe/Berlin.");
}
