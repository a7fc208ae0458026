using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Reporting.Runs;

/// <summary>
/// Records what the aggregator does: a run from its start to its stop, and a new one each day, in UTC; and once a day prunes detail that is too old, which is a run of its own.
/// </summary>
internal sealed class RunRecorder(
    EventPublisher publisher, Ids ids, PumpStatus status, Pruner pruner, TimeProvider time, ILogger<RunRecorder> logger, [FromKeyedServices(ReportingModule.ModuleName)] ModuleViews views)
    : BackgroundService, IReadinessCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(3);
    private const int LongestError = 1_000;

    private volatile string? _waitingFor = "The start of this run is being recorded, and what is too old is looked for.";
    private Guid? _run;
    private Guid _next;
    private Func<string?, RunEnded>? _pruning;
    private long _before;

    public string? NotReadyBecause => _waitingFor;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pruned = default(DateOnly);
        while (!stoppingToken.IsCancellationRequested)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            try
            {
                if (_run is null)
                {
                    // Whatever became of an attempt, the next one is of the same run.
                    _next = _next == default ? ids.New() : _next;
                    var started = await StartAsync(_next, "fold", stoppingToken);
                    (_run, _next, _before) = (_next, default, status.FoldedBy(ReportingModule.ModuleName));
                    // Before the first fold there are no tables that could be pruned.
                    await views.WaitForAsync(started.Position, stoppingToken);
                }
                if (pruned != today)
                {
                    await PruneAsync(stoppingToken);
                    pruned = today;
                }
                await Task.Delay(Interval, stoppingToken);
                if (DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) != today)
                {
                    await EndAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is LogUnavailableException or ViewsUnavailableException)
            {
                // The pumps say so. A run that cannot be recorded now is recorded later; nothing waits for it.
                _waitingFor = null;
                await Task.Delay(RetryAfter, CancellationToken.None).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(LongestStop);
        try
        {
            await EndPruningAsync("It was stopped. It goes on when an aggregator starts.", bounded.Token);
            await EndAsync(bounded.Token);
        }
        catch (Exception e) when (e is LogUnavailableException or OperationCanceledException)
        {
            logger.LogWarning("The end of this run could not be recorded.");
        }
    }

    private Task<Appended> StartAsync(Guid run, string kind, CancellationToken cancel) => publisher.AppendAsync(new RunStarted(run, kind), ids.New(), Guid.Empty, cancel);

    private async Task EndAsync(CancellationToken cancel)
    {
        if (_run is { } run)
        {
            var error = status.Pumps.Where(p => p.Module == ReportingModule.ModuleName).Select(p => p.Error).FirstOrDefault(e => e is not null);
            await publisher.AppendAsync(new RunEnded(run, status.FoldedBy(ReportingModule.ModuleName) - _before, Cut(error)), ids.New(), Guid.Empty, cancel);
            _run = null;
        }
    }

    private async Task PruneAsync(CancellationToken cancel)
    {
        var prunable = await pruner.LookAsync(cancel);
        _waitingFor = null;
        if (prunable.Rows == 0)
        {
            return;
        }
        var (run, rows) = (ids.New(), 0L);
        await StartAsync(run, "prune", cancel);
        _pruning = reason => new RunEnded(run, rows, Cut(reason), Failed: reason is not null);
        try
        {
            await foreach (var gone in pruner.PruneAsync(cancel))
            {
                rows += gone;
            }
            await EndPruningAsync(null, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or LogUnavailableException))
        {
            logger.LogWarning(e, "Detail that is too old could not be pruned. It is tried again tomorrow.");
            await EndPruningAsync(e.Message, cancel);
        }
    }

    private async Task EndPruningAsync(string? reason, CancellationToken cancel)
    {
        if (_pruning is { } ended)
        {
            await publisher.AppendAsync(ended(reason), ids.New(), Guid.Empty, cancel);
            _pruning = null;
        }
    }

    private static string? Cut(string? error) => error is { Length: > LongestError } ? error[..LongestError] : error;
}
