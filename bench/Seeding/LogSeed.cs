using System.Diagnostics;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Engines.Embedded;
using Kilo.Users.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Bench.Seeding;

/// <summary>Writes facts onto the log of a data directory, beside or before a server, and watches the server fold them.</summary>
internal sealed class LogSeed : IAsyncDisposable
{
    // Enough for several full groups of the log's group commit.
    private const int MostInFlight = 4_096;
    // Seldom enough to take nothing from the server that is being watched.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SayInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestFold = TimeSpan.FromMinutes(10);

    private readonly ServiceProvider _engines;
    private readonly IEventLog _log;
    private readonly IViewStore _documents;
    private readonly EventCatalogue _catalogue = new EventCatalogue().AddDocumentsEvents().AddUsersEvents();
    private readonly Queue<Task<LogPosition>> _inFlight = [];
    private LogPosition _last;

    /// <param name="data">The data directory.</param>
    public LogSeed(string data)
    {
        _engines = new ServiceCollection().AddSingleton(TimeProvider.System).AddEmbeddedLog(data).AddEmbeddedViews(data).BuildServiceProvider();
        _log = _engines.GetRequiredService<IEventLog>();
        _documents = _engines.GetRequiredService<IViewStores>().Open(DocumentsTopics.Documents.Owner, [ParkedEvent.Table.Name]);
    }

    /// <summary>Appends a fact; facts stand on the log in the order of the calls. Returns before it is durable.</summary>
    public async ValueTask AppendAsync<TEvent>(TEvent fact, Guid actor, DateTimeOffset time, CancellationToken cancel) where TEvent : IIntegrationEvent
    {
        cancel.ThrowIfCancellationRequested();
        var trace = $"00-{Guid.NewGuid():N}-{Random.Shared.NextInt64():x16}-01";
        var envelope = new EventEnvelope(
            Guid.CreateVersion7(time), TEvent.EventName, "/kilo/" + TEvent.Topic.Owner, fact.Key, time, actor, trace, _catalogue.Write(fact));
        _inFlight.Enqueue(_log.AppendAsync(TEvent.Topic, envelope, CancellationToken.None));
        if (_inFlight.Count >= MostInFlight)
        {
            _last = await _inFlight.Dequeue();
        }
    }

    /// <summary>Returns the last fact's position when all are durable.</summary>
    public async Task<LogPosition> FlushAsync()
    {
        while (_inFlight.TryDequeue(out var append))
        {
            _last = await append;
        }
        return _last;
    }

    /// <summary>Returns when the server has folded the event at the position into the views of documents.</summary>
    /// <exception cref="TimeoutException">It takes far too long.</exception>
    public async Task FoldedAsync(LogPosition position, CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(LongestFold);
        using var timer = new PeriodicTimer(LookInterval);
        var said = Stopwatch.GetTimestamp();
        long next;
        while ((next = await _documents.CheckpointAsync(position.Topic, position.Partition, cancel)) <= position.Offset)
        {
            if (Stopwatch.GetElapsedTime(said) > SayInterval)
            {
                said = Stopwatch.GetTimestamp();
                BenchRun.Say(FormattableString.Invariant($"  folded {next:N0} of {position.Offset + 1:N0}"));
            }
            try
            {
                await timer.WaitForNextTickAsync(bounded.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"After {LongestFold.TotalMinutes} min the server had folded {next:N0} of {position.Offset + 1:N0} events.");
            }
        }
    }

    /// <summary>Fails when the server could not fold an event: its rate would count what it did not do.</summary>
    /// <exception cref="InvalidDataException">With the reason of the first parked event.</exception>
    public async Task CheckNoneParkedAsync(CancellationToken cancel)
    {
        var source = $"{DocumentsTopics.Documents.Name}/0";
        var parked = await ParkedEvent.Table.SliceAsync(_documents, source, "", null, 1, cancel);
        if (parked is [var (_, row, _), ..])
        {
            throw new InvalidDataException($"The server parked the event {row.Type} at offset {row.Offset}: {row.Reason}");
        }
    }

    public ValueTask DisposeAsync() => _engines.DisposeAsync();
}
