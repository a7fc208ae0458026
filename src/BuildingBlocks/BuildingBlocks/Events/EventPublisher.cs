using System.Diagnostics;
using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Events;

/// <summary>Puts a fact into its envelope and appends it to the log.</summary>
public sealed class EventPublisher(IEventLog log, EventCatalogue catalogue, TimeProvider time)
{
    /// <summary>Appends one fact. When this returns, the fact is durable.</summary>
    /// <param name="fact">What happened; its topic and key come from its contract.</param>
    /// <param name="id">The event id. Derived from the caller's <c>Idempotency-Key</c> where there is one.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="cancel">Gives up waiting. The fact may be on the log all the same.</param>
    public async Task<Appended> AppendAsync<TEvent>(TEvent fact, Guid id, Guid actor, CancellationToken cancel) where TEvent : IIntegrationEvent
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var envelope = new EventEnvelope(
            id, TEvent.EventName, "/kilo/" + TEvent.Topic.Owner, fact.Key, now, actor, Activity.Current?.Id, catalogue.Write(fact));
        var position = await log.AppendAsync(TEvent.Topic, envelope, cancel);
        return new Appended(position, id, now);
    }
}

/// <summary>Where and when a fact went onto the log.</summary>
public sealed record Appended(LogPosition Position, Guid EventId, DateTimeOffset Time);
