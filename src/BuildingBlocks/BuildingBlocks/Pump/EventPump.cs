using System.Diagnostics;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Metrics;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>
/// Folds one topic into one module's views, a batch at a time; the checkpoint moves with the rows.
/// <list type="bullet">
/// <item>What may pass (log or views away) is retried for ever with back-off; the lag shows it.</item>
/// <item>What cannot be folded is parked with its reason; later events of its key park behind it, other keys go on. A copy of what is parked is
/// on the log too, before the checkpoint passes it: in <c>topic.parked</c>, where other programs find it.</item>
/// </list>
/// Several processes share the partitions; the checkpoint says where to go on.
/// </summary>
public sealed class EventPump(
    ModuleViews views, Topic topic, IReadOnlyList<Projection> projections, IEventLog log, EventCatalogue catalogue, PumpStatus status, ILogger<EventPump> logger,
    TimeSpan pace = default)
    : BackgroundService
{
    private const int ReadSize = 2_000;

    // A view far behind folds larger batches: rows that change often, and pages that hold many rows, are then written once for many events.
    private const int CatchUpSize = 20_000;

    // Large batches take memory, which is the process's: so many pumps have them at a time, the others wait for their turn. A turn ends when the view is level with
    // the log, or after this many events, so that a partition which never gets level does not hold up the others.
    private const int TurnSize = 10 * CatchUpSize;
    private static readonly SemaphoreSlim Turns = new(Math.Min(Environment.ProcessorCount, 4));

    // So many rows take long enough to write that another thread should do it while the next batch is folded.
    private const int LargeCommit = 500;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    // Few come here, and people read them: one order. It forgets, and hides, what its topic does.
    private readonly Topic _parked = topic with { Name = topic.Name + ".parked", Partitions = 1 };

    private sealed record Read(IReadOnlyList<LogEntry> Entries, object?[] Facts, string?[] Unreadable)
    {
        public static Read Nothing { get; } = new([], [], []);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => log.ShareAsync(views.Group, topic, PumpAsync, stoppingToken);

    private async Task PumpAsync(int partition, CancellationToken cancel)
    {
        var progress = status.Add(views.Module, topic.Name, partition);
        try
        {
            await FoldWhileHeldAsync(partition, progress, cancel);
        }
        finally
        {
            status.Remove(progress);
        }
    }

    private async Task FoldWhileHeldAsync(int partition, PumpProgress progress, CancellationToken cancel)
    {
        var session = new ViewSession(views.Store);
        var backOff = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                session.Reset();
                await FoldFromCheckpointAsync(partition, session, progress, () => backOff = TimeSpan.Zero, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (CheckpointMovedException)
            {
                // Two processes fold the same views: both read on from where the faster one is.
            }
            catch (Exception e)
            {
                backOff = backOff == TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
                progress.Failed(e.Message);
                if (e is ViewsUnavailableException or LogUnavailableException)
                {
                    // Somebody is away: where this process has been tells nothing.
                    logger.LogWarning("{Module} cannot fold {Topic}/{Partition} now and tries again in {BackOff}: {Reason} {Cause}", views.Module, topic.Name, partition, backOff, e.Message, e.InnerException?.Message);
                }
                else
                {
                    logger.LogWarning(e, "{Module} cannot fold {Topic}/{Partition} now and tries again in {BackOff}.", views.Module, topic.Name, partition, backOff);
                }
                if (e is not LogUnavailableException)
                {
                    await SeeEndAsync(partition, progress, cancel);
                }
                await Task.Delay(backOff * (0.75 + Random.Shared.NextDouble() / 2), CancellationToken.None).WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What stands still falls behind, and that is to be seen.
    private async Task SeeEndAsync(int partition, PumpProgress progress, CancellationToken cancel)
    {
        try
        {
            progress.EndsAt(await log.EndAsync(topic, partition, cancel));
        }
        catch (Exception e) when (e is LogUnavailableException or OperationCanceledException)
        {
            // Nobody can say now.
        }
    }

    private async Task FoldFromCheckpointAsync(int partition, ViewSession session, PumpProgress progress, Action succeeded, CancellationToken cancel)
    {
        var parkedIn = ParkedEvent.Of(topic.Name, partition);
        await views.Store.PrepareAsync(cancel);
        var next = await views.Store.CheckpointAsync(topic.Name, partition, cancel);
        // Each parked key with the offset of its first parked event.
        var parked = (await ParkedEvent.Table.SliceAsync(views.Store, parkedIn, "", null, int.MaxValue, cancel))
            .GroupBy(p => p.Row.Key, p => p.Row.Offset).ToDictionary(p => p.Key, p => p.Min());
        progress.Moved(next, await log.EndAsync(topic, partition, cancel), parked.Count);

        var committing = Task.CompletedTask;
        ChangedRows? changes = null;
        int? turn = null;
        try
        {
            var read = await ReadAsync(partition, next, cancel);
            while (true)
            {
                if (read.Entries.Count == 0)
                {
                    await committing;
                    await WaitAsync(partition, next, cancel);
                    read = await ReadAsync(partition, next, cancel);
                    continue;
                }
                if (read.Entries.Count == ReadSize && turn is null)
                {
                    await Turns.WaitAsync(cancel);
                    turn = 0;
                }
                var (from, events) = (next, 0);
                do
                {
                    events += read.Entries.Count;
                    next = read.Entries[^1].Position.Offset + 1;
                    // Where folding is slow, these are behind until they are folded.
                    progress.EndsAt(next);
                    // A full read means more behind it: decode that while this is folded.
                    var ahead = read.Entries.Count == ReadSize ? Task.Run(() => ReadAsync(partition, next, cancel), cancel) : null;
                    try
                    {
                        await FoldAsync(read, session, parkedIn, parked, cancel);
                    }
                    finally
                    {
                        await ((Task?)ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                    read = ahead is null ? Read.Nothing : await ahead;
                }
                while (read.Entries.Count > 0 && events < CatchUpSize);

                var folded = session.Take();
                await committing;
                if (changes is not null)
                {
                    session.Stored(changes);
                }
                // While this is written, what comes next is folded.
                changes = folded;
                committing = CommitAsync(changes.Rows, new Checkpoint(topic.Name, partition, next, from), events, succeeded, cancel);
                turn += events;
                if (turn >= TurnSize || turn is not null && read.Entries.Count == 0)
                {
                    // What large batches needed, small ones do not.
                    await committing;
                    session.Reset();
                    changes = null;
                    turn = null;
                    Turns.Release();
                }
                if (read.Entries.Count == 0)
                {
                    if (pace > TimeSpan.Zero)
                    {
                        // What comes meanwhile is folded together.
                        await Task.Delay(pace, cancel);
                    }
                    read = await ReadAsync(partition, next, cancel);
                }
                progress.Moved(next, read.Entries.Count == 0 ? next : await log.EndAsync(topic, partition, cancel), parked.Count);
            }
        }
        finally
        {
            // Nothing of this session may still be on its way when the next one starts from the checkpoint.
            await committing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (turn is not null)
            {
                session.Reset();
                Turns.Release();
            }
        }
    }

    // Views that were rebuilt may be served without what was folded here last, into those before: where nothing more happens, nothing else would tell.
    private async Task WaitAsync(int partition, long next, CancellationToken cancel)
    {
        while (true)
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            look.CancelAfter(LookInterval);
            try
            {
                await log.WaitAsync(topic, partition, next, look.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                if (await IsBehindAsync(partition, next, cancel))
                {
                    throw new CheckpointMovedException();
                }
            }
        }
    }

    private async Task<bool> IsBehindAsync(int partition, long next, CancellationToken cancel)
    {
        try
        {
            return await views.Store.CheckpointAsync(topic.Name, partition, cancel) < next;
        }
        catch (ViewsUnavailableException)
        {
            // Whoever has something to fold says so.
            return false;
        }
    }

    private async Task CommitAsync(IReadOnlyCollection<RowChange> rows, Checkpoint checkpoint, int events, Action succeeded, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        await (rows.Count < LargeCommit
            ? views.Store.ApplyAsync(rows, checkpoint, cancel)
            : Task.Run(() => views.Store.ApplyAsync(rows, checkpoint, cancel), cancel));
        KiloMeter.BatchCommit.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("module", views.Module));
        KiloMeter.EventsFolded.Add(events, new("module", views.Module), new("topic", topic.Name));
        status.Folded(views.Module, events);
        succeeded();
    }

    private async Task<Read> ReadAsync(int partition, long from, CancellationToken cancel)
    {
        var entries = await log.ReadAsync(topic, partition, from, ReadSize, cancel);
        var (facts, unreadable) = (new object?[entries.Count], new string?[entries.Count]);
        for (var i = 0; i < entries.Count; i++)
        {
            try
            {
                facts[i] = catalogue.Read(entries[i].Event);
            }
            catch (UnreadableEventException e)
            {
                unreadable[i] = e.Message;
            }
            catch (Exception e)
            {
                // An upcaster or a record's own constructor refused: as final as a body that does not parse.
                unreadable[i] = $"{e.GetType().Name}: {e.Message}";
            }
        }
        return new Read(entries, facts, unreadable);
    }

    private async ValueTask FoldAsync(Read read, ViewSession session, string parkedIn, Dictionary<string, long> parked, CancellationToken cancel)
    {
        await session.FetchAsync(Needs(read), cancel);
        for (var i = 0; i < read.Entries.Count; i++)
        {
            var (position, envelope) = read.Entries[i];
            session.Begin(position.Offset);
            if (read.Facts[i] is ParkedResolved resolved)
            {
                if (resolved.Module == views.Module)
                {
                    await ResolveAsync(resolved, position, envelope.Key, session, parkedIn, parked, cancel);
                }
                continue;
            }
            var reason = read.Unreadable[i];
            if (parked.TryGetValue(envelope.Key, out var first) && first <= position.Offset)
            {
                if (first == position.Offset)
                {
                    // Delivered again: it stands there already, with its reason.
                    continue;
                }
                reason ??= "An earlier event of the same key is parked.";
            }
            if (reason is null)
            {
                reason = await TryFoldAsync(() => read.Facts[i]!, position, envelope, session, cancel);
            }
            if (reason is not null)
            {
                // Tried again from the checkpoint when the log is away; a second copy has the same id.
                await log.AppendAsync(_parked, envelope, cancel);
                parked.TryAdd(envelope.Key, position.Offset);
                session.Put(ParkedEvent.Table, parkedIn, ParkedEvent.At(position.Offset),
                    new ParkedEvent(position.Offset, envelope.Id, envelope.Type, envelope.Key, reason));
                KiloMeter.EventsParked.Add(1, new("module", views.Module), new("topic", topic.Name));
                logger.LogError("{Module} parked {Type} {EventId} at {Position}: {Reason}", views.Module, envelope.Type, envelope.Id, position, reason);
            }
        }
        session.Forget();
    }

    private IEnumerable<RowKey> Needs(Read read)
    {
        for (var i = 0; i < read.Entries.Count; i++)
        {
            foreach (var projection in read.Facts[i] is null ? [] : projections)
            {
                foreach (var key in projection.Needs(read.Facts[i]!, read.Entries[i].Event))
                {
                    yield return key;
                }
            }
        }
    }

    // Null, or why it cannot be folded; then nothing of it is left in the batch.
    private async ValueTask<string?> TryFoldAsync(Func<object> fact, LogPosition position, EventEnvelope envelope, ViewSession session, CancellationToken cancel)
    {
        try
        {
            var read = fact();
            foreach (var projection in projections)
            {
                await projection.FoldAsync(read, position, envelope, session, cancel);
            }
            return null;
        }
        catch (UnreadableEventException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is not (ViewsUnavailableException or LogUnavailableException or OperationCanceledException or IOException or TimeoutException))
        {
            session.RollBack();
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    // Everything parked of the key, in its order, up to what cannot be folded today either. The rows get the stamp of the operator's word: others may have
    // changed the same rows since.
    private async ValueTask ResolveAsync(
        ParkedResolved resolved, LogPosition at, string key, ViewSession session, string parkedIn, Dictionary<string, long> parked, CancellationToken cancel)
    {
        if (!parked.Remove(key))
        {
            return;
        }
        foreach (var (sort, row) in (await session.SliceAsync(ParkedEvent.Table, parkedIn, "", null, cancel)).Where(p => p.Row.Key == key))
        {
            if (row.Offset != resolved.Drop
                // One that the log has compacted away since has a newer one behind it.
                && (await log.ReadAsync(topic, at.Partition, row.Offset, 1, cancel)) is [{ Position: var position } entry] && position.Offset == row.Offset)
            {
                session.Begin(at.Offset);
                if (await TryFoldAsync(() => catalogue.Read(entry.Event), position, entry.Event, session, cancel) is { } reason)
                {
                    parked.Add(key, row.Offset);
                    session.Put(ParkedEvent.Table, parkedIn, sort, row with { Reason = reason });
                    return;
                }
            }
            session.Delete(ParkedEvent.Table, parkedIn, sort);
        }
    }
}
