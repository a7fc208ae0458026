namespace Kilo.Reporting;

/// <summary>Configuration section <c>Kilo:Reporting</c>.</summary>
internal sealed record ReportingOptions
{
    /// <summary>How long activity is kept by quarters of an hour, and downloads one by one. Months that are older altogether are kept as totals. Default 365 days.</summary>
    public TimeSpan DetailAge { get; init; } = TimeSpan.FromDays(365);
}
