using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Views;

/// <summary>A module's views together with their place on the log: what read-your-own-writes needs.</summary>
/// <param name="module">The module that owns the views.</param>
/// <param name="store">Its rows.</param>
/// <param name="log">The log that they are folded from.</param>
/// <param name="topics">The topics that the module folds.</param>
/// <param name="options">How long a request waits.</param>
public sealed class ModuleViews(string module, IViewStore store, IEventLog log, IReadOnlyList<Topic> topics, WaitOptions options)
{
    /// <summary>The owning module.</summary>
    public string Module => module;

    /// <summary>Who shares the work of folding: all processes that fold into the same rows.</summary>
    public string Group { get; init; } = "kilo-" + module;

    /// <summary>The rows.</summary>
    public IViewStore Store => store;

    /// <summary>The topics that the module folds.</summary>
    public IReadOnlyList<Topic> Topics => topics;

    /// <summary>
    /// Waits, for at most the configured time, until the views contain the event at the position. False when they do not yet, or cannot be read.
    /// A position on a topic that this module does not fold, or of another epoch, is nothing to wait for.
    /// </summary>
    public async Task<bool> WaitForAsync(LogPosition position, CancellationToken cancel)
    {
        if (position.Epoch != log.Epoch || topics.All(t => t.Name != position.Topic))
        {
            return true;
        }
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(options.Wait);
        try
        {
            await store.WaitForAsync(position.Topic, position.Partition, position.Offset, bounded.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ViewsUnavailableException && !cancel.IsCancellationRequested)
        {
            // Views that are away are views that have not come that far: a fact that is on the log is safe all the same.
            return false;
        }
    }

    /// <summary>Waits for a position that somebody claims. One that the log does not have, or that is not this log's, is nothing to wait for.</summary>
    /// <exception cref="Problem">503: the log has the event, and the views do not get there in time.</exception>
    public async Task ReachAsync(LogPosition claimed, CancellationToken cancel)
    {
        // What the views contain is on the log: then nobody need ask it.
        if (claimed.Epoch == log.Epoch && topics.FirstOrDefault(t => t.Name == claimed.Topic) is { } topic && claimed.Partition < log.Partitions(topic)
            && await store.CheckpointAsync(claimed.Topic, claimed.Partition, cancel) <= claimed.Offset
            && claimed.Offset < await log.EndAsync(topic, claimed.Partition, cancel)
            && !await WaitForAsync(claimed, cancel))
        {
            throw Problem.ViewBehind(module);
        }
    }

    /// <summary>Waits until the views contain everything of a topic that is on the log now.</summary>
    /// <exception cref="Problem">503: they do not get there in time.</exception>
    public async Task ReachEndAsync(Topic topic, CancellationToken cancel)
    {
        for (var partition = 0; partition < log.Partitions(topic); partition++)
        {
            if (await log.EndAsync(topic, partition, cancel) is > 0 and var end
                && !await WaitForAsync(new LogPosition(log.Epoch, topic.Name, partition, end - 1), cancel))
            {
                throw Problem.ViewBehind(module);
            }
        }
    }

    /// <summary>The position that everything read from now on contains: one per log partition that has events.</summary>
    public async ValueTask<IReadOnlyList<LogPosition>> PositionAsync(CancellationToken cancel)
    {
        var positions = new List<LogPosition>(topics.Count);
        foreach (var topic in topics)
        {
            var checkpoints = await store.CheckpointsAsync(topic.Name, log.Partitions(topic), cancel);
            for (var partition = 0; partition < checkpoints.Count; partition++)
            {
                if (checkpoints[partition] > 0)
                {
                    positions.Add(new LogPosition(log.Epoch, topic.Name, partition, checkpoints[partition] - 1));
                }
            }
        }
        return positions;
    }
}

/// <summary>How long requests wait for views.</summary>
public sealed record WaitOptions
{
    /// <summary>After this a write answers 202 and a read with <c>Kilo-Wait-For</c> answers 503. Default 2 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);
}
