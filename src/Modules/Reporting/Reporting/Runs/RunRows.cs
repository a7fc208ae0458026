using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Model;

namespace Kilo.Reporting.Runs;

/// <summary>A run of a job.</summary>
internal sealed record RunRow(Guid Id, string Kind, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Events, bool Failed, string? Error)
{
    public static ViewTable<RunRow> Table { get; } = new("runs_1", RowsJson.Default.RunRow);
}

/// <summary>A statement that somebody saved.</summary>
internal sealed record QueryRow(Guid Id, string Name, string Sql, Guid SavedBy, DateTimeOffset SavedAt)
{
    public static ViewTable<QueryRow> Table { get; } = new("queries_1", RowsJson.Default.QueryRow);
}
