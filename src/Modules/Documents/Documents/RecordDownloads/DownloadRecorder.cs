using System.Threading.Channels;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Metrics;
using Kilo.Documents.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Documents.RecordDownloads;

/// <summary>
/// Makes facts of downloads: after the answer, many together, so that none waits for it. While the log is away they wait here, so many and no more; those beyond are counted. A process that
/// stops in good order records what waits before it ends.
/// </summary>
internal sealed class DownloadRecorder(EventPublisher publisher, Ids ids, DocumentsOptions options, ILogger<DownloadRecorder> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    // Its id is given once: a fact whose append was not answered is appended again as the same one.
    private readonly record struct Waiting(ContentDownloaded Fact, Guid Id, Guid Actor);

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(options.MaxWaitingDownloads) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Before the first byte. Returns when the fact is durable, if that is asked for.</summary>
    /// <exception cref="LogUnavailableException">It cannot be recorded now, so it may not be sent.</exception>
    public async ValueTask BeginAsync(ContentDownloaded fact, Guid actor, CancellationToken cancel)
    {
        if (options.RecordDownloads == DownloadRecording.First)
        {
            await publisher.AppendAsync(fact, ids.New(), actor, cancel);
        }
    }

    /// <summary>After the last byte. Returns at once.</summary>
    public void End(ContentDownloaded fact, Guid actor)
    {
        if (options.RecordDownloads == DownloadRecording.Batched && !_waiting.Writer.TryWrite(new Waiting(fact, ids.New(), actor)))
        {
            KiloMeter.DownloadsNotRecorded.Add(1);
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        // What waits is recorded first: the reader ends by itself once it has everything.
        await Task.WhenAny(ExecuteTask ?? Task.CompletedTask, Task.Delay(LongestStop, cancellationToken));
        await base.StopAsync(cancellationToken);
        if (_waiting.Reader.Count is > 0 and var lost)
        {
            KiloMeter.DownloadsNotRecorded.Add(lost);
            logger.LogWarning("{Count} downloads were not recorded: the log is away.", lost);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Waiting>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }
                await AppendAsync(batch, stoppingToken);
                batch.Clear();
                if (!_waiting.Reader.Completion.IsCompleted && _waiting.Reader.Count < BatchSize)
                {
                    // Others come meanwhile, and go together.
                    await Task.WhenAny(Task.Delay(Interval, stoppingToken), _waiting.Reader.Completion);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            KiloMeter.DownloadsNotRecorded.Add(batch.Count);
        }
    }

    private async Task AppendAsync(List<Waiting> batch, CancellationToken cancel)
    {
        var backOff = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                // Together: the log makes them durable at once.
                await Task.WhenAll(batch.Select(w => publisher.AppendAsync(w.Fact, w.Id, w.Actor, cancel)));
                return;
            }
            catch (LogUnavailableException e)
            {
                logger.LogWarning("{Count} downloads cannot be recorded now; tried again in {BackOff}: {Reason}", batch.Count, backOff, e.Message);
                await Task.Delay(backOff, cancel);
                backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
            }
        }
    }
}
