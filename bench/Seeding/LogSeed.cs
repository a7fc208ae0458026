using System.Diagnostics;
using Kilo.Bench.Server;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Users.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Bench.Seeding;

/// <summary>Writes facts onto the log of a place, beside or before a server, and watches the server fold them.</summary>
internal sealed class LogSeed : IAsyncDisposable
{
    // Enough for several full groups of the log's group commit.
    private const int MostInFlight = 4_096;
    // Seldom enough to take nothing from the server that is being watched.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SayInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestFold = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestOpening = TimeSpan.FromMinutes(1);

    private readonly ServiceProvider _engines;
    private readonly IEventLog _log;
    private readonly IViewStore _documents;
    private readonly EventCatalogue _catalogue = new EventCatalogue().AddDocumentsEvents().AddUsersEvents();
    private readonly Queue<Task<LogPosition>> _inFlight = [];
    private readonly HashSet<string> _begun = [];
    // Of each partition of the documents' topic, behind the last fact here.
    private long[] _ends = [];

    private LogSeed(Place place)
    {
        _engines = place.AddEngines(new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(_catalogue)).BuildServiceProvider();
        _log = _engines.GetRequiredService<IEventLog>();
        _documents = _engines.GetRequiredService<IViewStores>().Open(DocumentsTopics.Documents.Owner, [ParkedEvent.Table.Name]);
    }

    /// <summary>Opens the log of a place, and returns when it can be written to: a server first makes the topics.</summary>
    /// <exception cref="LogUnavailableException">It cannot after a minute.</exception>
    public static async Task<LogSeed> OpenAsync(Place place)
    {
        var seed = new LogSeed(place);
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(LookInterval))
        {
            try
            {
                seed._ends = new long[seed._log.Partitions(DocumentsTopics.Documents)];
                return seed;
            }
            catch (LogUnavailableException) when (Stopwatch.GetElapsedTime(since) < LongestOpening)
            {
            }
        }
    }

    /// <summary>Appends a fact; facts stand on the log in the order of the calls. Returns before it is durable.</summary>
    public async ValueTask AppendAsync<TEvent>(TEvent fact, Guid actor, DateTimeOffset time, CancellationToken cancel) where TEvent : IIntegrationEvent
    {
        cancel.ThrowIfCancellationRequested();
        var trace = $"00-{Guid.NewGuid():N}-{Random.Shared.NextInt64():x16}-01";
        var envelope = new EventEnvelope(
            Guid.CreateVersion7(time), TEvent.EventName, "/kilo/" + TEvent.Topic.Owner, fact.Key, time, actor, trace, _catalogue.Write(fact));
        var append = _log.AppendAsync(TEvent.Topic, envelope, CancellationToken.None);
        _inFlight.Enqueue(append);
        if (_begun.Add(TEvent.Topic.Name))
        {
            // Those that wait together for a server to be met go on in any order.
            await append;
        }
        if (_inFlight.Count >= MostInFlight)
        {
            Stands(await _inFlight.Dequeue());
        }
    }

    /// <summary>Returns when all are durable.</summary>
    public async Task FlushAsync()
    {
        while (_inFlight.TryDequeue(out var append))
        {
            Stands(await append);
        }
    }

    /// <summary>Returns when the server has folded all facts about documents into its views.</summary>
    /// <exception cref="TimeoutException">It takes far too long.</exception>
    public async Task FoldedAsync(CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(LongestFold);
        using var timer = new PeriodicTimer(LookInterval);
        var said = Stopwatch.GetTimestamp();
        IReadOnlyList<long> folded;
        while ((folded = await _documents.CheckpointsAsync(DocumentsTopics.Documents.Name, _ends.Length, cancel)).Zip(_ends, (next, end) => next < end).Any(isBehind => isBehind))
        {
            var progress = FormattableString.Invariant($"folded {folded.Sum():N0} of {_ends.Sum():N0}");
            if (Stopwatch.GetElapsedTime(said) > SayInterval)
            {
                said = Stopwatch.GetTimestamp();
                BenchRun.Say($"  {progress}");
            }
            try
            {
                await timer.WaitForNextTickAsync(bounded.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"After {LongestFold.TotalMinutes} min the server had {progress} events.");
            }
        }
    }

    /// <summary>Fails when the server could not fold an event: its rate would count what it did not do.</summary>
    /// <exception cref="InvalidDataException">With the reason of the first parked event.</exception>
    public async Task CheckNoneParkedAsync(CancellationToken cancel)
    {
        for (var partition = 0; partition < _ends.Length; partition++)
        {
            if (await ParkedEvent.Table.SliceAsync(_documents, ParkedEvent.Of(DocumentsTopics.Documents.Name, partition), "", null, 1, cancel) is [var (_, row, _), ..])
            {
                throw new InvalidDataException($"The server parked the event {row.Type} at offset {row.Offset}: {row.Reason}");
            }
        }
    }

    private void Stands(LogPosition position)
    {
        if (position.Topic == DocumentsTopics.Documents.Name)
        {
            _ends[position.Partition] = Math.Max(_ends[position.Partition], position.Offset + 1);
        }
    }

    public ValueTask DisposeAsync() => _engines.DisposeAsync();
}
