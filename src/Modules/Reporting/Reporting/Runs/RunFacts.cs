using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Pump;

namespace Kilo.Reporting.Runs;

/// <summary>What Reporting keeps of itself: its runs, and what people saved. Private: nobody else reads it.</summary>
internal static class ReportsTopic
{
    public static Topic Topic { get; } = new("kilo.reports", "reporting", Partitions: 1, Private: true);
}

/// <summary>A job began.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Kind"><c>fold</c> or <c>prune</c>.</param>
internal sealed record RunStarted(Guid RunId, string Kind) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "reporting.run-started.v1";

    /// <inheritdoc />
    public static Topic Topic => ReportsTopic.Topic;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => RunId.ToString();
}

/// <summary>A job ended.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Events">How many events were folded, or rows pruned.</param>
/// <param name="Error">Why it failed, or what it met last on its way; null: nothing.</param>
/// <param name="Failed">True: it could not do its work.</param>
internal sealed record RunEnded(Guid RunId, long Events, string? Error = null, bool Failed = false) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "reporting.run-ended.v1";

    /// <inheritdoc />
    public static Topic Topic => ReportsTopic.Topic;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => RunId.ToString();
}

/// <summary>Somebody saved a statement, or changed one.</summary>
/// <param name="QueryId">The query.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Sql">The statement.</param>
internal sealed record QuerySaved(Guid QueryId, string Name, string Sql) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "reporting.query-saved.v1";

    /// <inheritdoc />
    public static Topic Topic => ReportsTopic.Topic;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => QueryId.ToString();
}

/// <summary>Somebody dropped a saved statement.</summary>
/// <param name="QueryId">The query.</param>
internal sealed record QueryDropped(Guid QueryId) : IIntegrationEvent
{
    /// <inheritdoc />
    public static string EventName => "reporting.query-dropped.v1";

    /// <inheritdoc />
    public static Topic Topic => ReportsTopic.Topic;

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => QueryId.ToString();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunEnded))]
[JsonSerializable(typeof(QuerySaved))]
[JsonSerializable(typeof(QueryDropped))]
internal sealed partial class ReportsJson : JsonSerializerContext;

/// <summary>Folds Reporting's own facts.</summary>
internal sealed class ReportsFold : Projection
{
    public ReportsFold()
    {
        On<RunStarted>((e, session, _) =>
        {
            session.Put(RunRow.Table, e.Key, "", new RunRow(e.Fact.RunId, e.Fact.Kind, e.Envelope.Time, null, 0, false, null));
            return ValueTask.CompletedTask;
        });
        On<RunEnded>(async (e, session, cancel) =>
        {
            if (await session.GetAsync(RunRow.Table, e.Key, "", cancel) is { } run)
            {
                session.Put(RunRow.Table, e.Key, "", run with { EndedAt = e.Envelope.Time, Events = e.Fact.Events, Failed = e.Fact.Failed, Error = e.Fact.Error });
            }
        });
        On<QuerySaved>((e, session, _) =>
        {
            session.Put(QueryRow.Table, e.Key, "", new QueryRow(e.Fact.QueryId, e.Fact.Name, e.Fact.Sql, e.Envelope.Actor, e.Envelope.Time));
            return ValueTask.CompletedTask;
        });
        On<QueryDropped>((e, session, _) =>
        {
            session.Delete(QueryRow.Table, e.Key, "");
            return ValueTask.CompletedTask;
        });
    }
}
