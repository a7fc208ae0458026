using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Relational;
using Kilo.Reporting.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.ListRuns;

/// <summary>What Reporting's jobs did, the newest first.</summary>
internal sealed record ListRuns(int Limit) : IQuery<IAsyncEnumerable<RunItem>>;

/// <summary>A run.</summary>
/// <param name="Id">The run.</param>
/// <param name="Kind"><c>fold</c>: an aggregator at work, until it stops or the day ends. <c>prune</c>: detail that was too old.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null: it runs, or nobody recorded its end.</param>
/// <param name="DurationMs">Milliseconds from its start to its end; null without an end.</param>
/// <param name="Events">Events that were folded, or rows that were pruned.</param>
/// <param name="Outcome"><c>running</c>, <c>done</c>, <c>failed</c>, or <c>lost</c>: its process was killed, or the log was away when it ended.</param>
/// <param name="Error">Why it failed, or what it met last on its way.</param>
internal sealed record RunItem(Guid Id, string Kind, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long? DurationMs, long Events, string Outcome, string? Error);

internal sealed class ListRunsHandler([FromKeyedServices(ReportingModule.ModuleName)] IRelations relations, TimeProvider time) : IRequestHandler<ListRuns, IAsyncEnumerable<RunItem>>
{
    // A run ends with its day, and is recorded within a minute or when the log is back.
    private static readonly TimeSpan LatestEnd = TimeSpan.FromDays(1) + TimeSpan.FromHours(1);

    public Task<IAsyncEnumerable<RunItem>> Handle(ListRuns request, CancellationToken cancellationToken) => Task.FromResult(
        relations.ReadAsync("SELECT id, kind, started_at, ended_at, events, failed, error FROM reporting.runs ORDER BY started_at DESC, id LIMIT $1", [(long)request.Limit], cancellationToken)
            .Select(r => new RunItem(
                r.Id(0)!.Value, r.Text(1)!, r.Time(2)!.Value, r.Time(3), r.Time(3) is { } ended ? (long)(ended - r.Time(2)!.Value).TotalMilliseconds : null, r.Number(4),
                OutcomeOf(r), r.Text(6))));

    private string OutcomeOf(RelationalRow run) =>
        run.Flag(5) ? "failed" : !run.IsNull(3) ? "done" : time.GetUtcNow() - run.Time(2)!.Value.UtcDateTime.Date < LatestEnd ? "running" : "lost";
}

internal static class ListRunsEndpoint
{
    private static readonly CsvColumn<RunItem>[] Columns =
    [
        new("id", i => i.Id), new("kind", i => i.Kind), new("started_at", i => i.StartedAt), new("ended_at", i => i.EndedAt), new("duration_ms", i => i.DurationMs),
        new("events", i => i.Events), new("outcome", i => i.Outcome), new("error", i => i.Error),
    ];

    public static void MapListRuns(this IEndpointRouteBuilder routes) => routes
        .MapGet("/runs", async (int? limit, string? format, HttpRequest request, IMediator mediator, CancellationToken cancel) =>
            await ReportList.AnswerAsync(request, "runs", await mediator.Send(new ListRuns(ReportList.Limit(request, limit)), cancel), Columns, cancel))
        .ProducesList<RunItem>().WithName("ListRuns").WithSummary("What Reporting's own jobs did, the newest first. For administrators.")
        .WithDescription(ReportList.Meaning);
}
