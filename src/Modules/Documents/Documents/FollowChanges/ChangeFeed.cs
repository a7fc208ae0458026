using System.Globalization;
using System.Threading.Channels;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Documents.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Documents.FollowChanges;

/// <summary>Something that happened to a document, as the views have it. Place: how far the feed was with this change in it; handed back, it goes on behind it.</summary>
internal sealed record Change(
    string Action, Guid DocumentId, string Library, string Folder, string Title, int? Version, Guid Actor, DateTimeOffset At, LogPosition Position, string Place);

/// <summary>What one follower gets.</summary>
/// <param name="Missed">What happened since the place that was asked for; null: that is too long ago, everything is to be read again.</param>
/// <param name="Place">Where the feed stands.</param>
/// <param name="Coming">What happens from now on; completed when the follower was too slow, or the process stops.</param>
/// <param name="End">What disposing does.</param>
internal sealed record Following(IReadOnlyList<Change>? Missed, string Place, ChannelReader<Change> Coming, Action End) : IDisposable
{
    public void Dispose() => End();
}

/// <summary>
/// The newest changes of all documents, and those to come, told only once the views contain them: who reads again upon a change sees it.
/// One reader of the log serves every follower of this process; it starts with the first.
/// </summary>
internal sealed class ChangeFeed(
    [FromKeyedServices(DocumentsModule.ModuleName)] ModuleViews views, IEventLog log, EventCatalogue catalogue, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<ChangeFeed> logger) : BackgroundService
{
    /// <summary>So many changes are remembered: for the activity page, and for followers that come back.</summary>
    public const int Kept = 1_000;

    private const int MostWaiting = 1_000;
    private const int BatchSize = 200;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Queue<Change> _recent = new();
    private readonly List<Channel<Change>> _followers = [];
    private long[] _next = [];
    private long[] _forgotten = [];

    /// <summary>The remembered changes, the newest first.</summary>
    public async Task<IReadOnlyList<Change>> RecentAsync(CancellationToken cancel)
    {
        await StartedAsync(cancel);
        lock (_lock)
        {
            return [.. _recent.Reverse()];
        }
    }

    /// <summary>Follows from a place on; null: from now on.</summary>
    public async Task<Following> FollowAsync(string? place, CancellationToken cancel)
    {
        await StartedAsync(cancel);
        lock (_lock)
        {
            var channel = Channel.CreateBounded<Change>(MostWaiting);
            _followers.Add(channel);
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                channel.Writer.TryComplete();
            }
            return new Following(MissedSince(place), Place(), channel.Reader, () =>
            {
                lock (_lock)
                {
                    _followers.Remove(channel);
                }
            });
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the server stops, which waits for its requests: streams would keep it.
        using var stopping = lifetime.ApplicationStopping.Register(EndFollowers);
        try
        {
            await _asked.Task.WaitAsync(stoppingToken);
            await RetryAsync(() => LoadAsync(stoppingToken), stoppingToken);
            _loaded.SetResult();
            await Task.WhenAll(Enumerable.Range(0, _next.Length).Select(partition => RetryAsync(() => TailAsync(partition, stoppingToken), stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            _loaded.TrySetCanceled(CancellationToken.None);
            EndFollowers();
        }
    }

    private void EndFollowers()
    {
        lock (_lock)
        {
            _followers.ForEach(f => f.Writer.TryComplete());
        }
    }

    private Task StartedAsync(CancellationToken cancel)
    {
        _asked.TrySetResult();
        return _loaded.Task.WaitAsync(cancel);
    }

    // The end of the log, merged by time; a partition's own order stays.
    private async Task LoadAsync(CancellationToken cancel)
    {
        _recent.Clear();
        var partitions = log.Partitions(DocumentsTopics.Documents);
        (_next, _forgotten) = (new long[partitions], new long[partitions]);
        var tails = new List<Queue<LogEntry>>();
        for (var partition = 0; partition < _next.Length; partition++)
        {
            var to = await views.Store.CheckpointAsync(DocumentsTopics.Documents.Name, partition, cancel);
            var from = Math.Max(0, to - Kept);
            (_next[partition], _forgotten[partition]) = (from, from);
            var entries = await log.ReadAsync(DocumentsTopics.Documents, partition, from, Kept, cancel);
            tails.Add(new(entries.TakeWhile(e => e.Position.Offset < to)));
        }
        while (tails.Where(t => t.Count > 0).MinBy(t => t.Peek().Event.Time) is { } oldest)
        {
            await TellAsync(oldest.Dequeue(), cancel);
        }
    }

    private async Task TailAsync(int partition, CancellationToken cancel)
    {
        while (true)
        {
            await log.WaitAsync(DocumentsTopics.Documents, partition, _next[partition], cancel);
            var entries = await log.ReadAsync(DocumentsTopics.Documents, partition, _next[partition], BatchSize, cancel);
            foreach (var entry in entries)
            {
                await views.Store.WaitForAsync(DocumentsTopics.Documents.Name, partition, entry.Position.Offset, cancel);
                await TellAsync(entry, cancel);
            }
        }
    }

    private async Task TellAsync(LogEntry entry, CancellationToken cancel)
    {
        var change = await ReadAsync(entry, cancel);
        lock (_lock)
        {
            _next[entry.Position.Partition] = entry.Position.Offset + 1;
            if (change is null)
            {
                return;
            }
            change = change with { Place = Place() };
            _recent.Enqueue(change);
            while (_recent.Count > Kept)
            {
                var forgotten = _recent.Dequeue().Position;
                _forgotten[forgotten.Partition] = forgotten.Offset + 1;
            }
            // Who does not keep up comes back with its place, and gets what it missed.
            foreach (var slow in _followers.Where(f => !f.Writer.TryWrite(change)).ToList())
            {
                slow.Writer.TryComplete();
                _followers.Remove(slow);
            }
        }
    }

    // Null: it changed nothing. Titles and folders are those of now.
    private async Task<Change?> ReadAsync(LogEntry entry, CancellationToken cancel)
    {
        object fact;
        try
        {
            fact = catalogue.Read(entry.Event);
        }
        catch (UnreadableEventException)
        {
            return null;
        }
        var action = fact switch
        {
            DocumentAdded => "added",
            VersionAdded { RestoredFrom: null } => "version-added",
            VersionAdded => "version-restored",
            DocumentChanged => "changed",
            DocumentTrashed => "trashed",
            DocumentRestored => "restored",
            DocumentPurged => "purged",
            _ => null,
        };
        var offset = entry.Position.Offset;
        var row = await DocumentPartition.Documents.GetAsync(views.Store, entry.Event.Key, DocumentPartition.Self, cancel);
        if (action is null || row is null || row.Revision < offset)
        {
            return null;
        }
        // Later events have moved the head on: then only its first version's number is still known here.
        int? version = fact is DocumentAdded ? 1 : fact is VersionAdded && row.Revision == offset ? row.Head.Number : null;
        return new Change(action, row.Id, row.Library, row.Folder, row.Title, version, entry.Event.Actor, entry.Event.Time, entry.Position, "");
    }

    private string Place() => $"{log.Epoch}/{string.Join(',', _next)}";

    private List<Change>? MissedSince(string? place)
    {
        if (place is null)
        {
            return [];
        }
        if (place.Split('/', 2) is not [var epoch, var numbers] || epoch != log.Epoch)
        {
            return null;
        }
        var parts = numbers.Split(',');
        var seen = new long[_next.Length];
        if (parts.Length != seen.Length)
        {
            return null;
        }
        for (var i = 0; i < seen.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out seen[i]) || seen[i] < _forgotten[i])
            {
                return null;
            }
        }
        return [.. _recent.Where(c => c.Position.Offset >= seen[c.Position.Partition])];
    }

    private async Task RetryAsync(Func<Task> work, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning("Changes cannot be followed right now: {Reason} It is tried again.", e.Message);
                await Task.Delay(RetryAfter, time, cancel);
            }
        }
    }
}
