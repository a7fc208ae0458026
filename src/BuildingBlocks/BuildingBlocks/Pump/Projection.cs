using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>An event with its envelope, as a projection receives it.</summary>
/// <param name="Fact">The event, upcast to its newest version.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="Envelope">Id, actor and time.</param>
public readonly record struct Received<TEvent>(TEvent Fact, LogPosition Position, EventEnvelope Envelope)
{
    /// <summary>The aggregate's id.</summary>
    public string Key => Envelope.Key;
}

/// <summary>
/// Folds events into rows. It must depend on nothing but the event and the rows that earlier events of the same log partition
/// wrote: no clock, no randomness, no other store. Then a replay gives the same rows.
/// </summary>
public abstract class Projection
{
    private readonly Dictionary<Type, Func<object, LogPosition, EventEnvelope, ViewSession, CancellationToken, ValueTask>> _folds = [];
    private readonly HashSet<Topic> _topics = [];

    /// <summary>The topics that it folds.</summary>
    public IReadOnlyCollection<Topic> Topics => _topics;

    /// <summary>Declares how one event changes the rows.</summary>
    protected void On<TEvent>(Func<Received<TEvent>, ViewSession, CancellationToken, ValueTask> fold) where TEvent : IIntegrationEvent
    {
        _topics.Add(TEvent.Topic);
        _folds.Add(typeof(TEvent), (fact, position, envelope, session, cancel) =>
            fold(new Received<TEvent>((TEvent)fact, position, envelope), session, cancel));
    }

    /// <summary>Folds one event; an event of no interest changes nothing.</summary>
    public ValueTask FoldAsync(object fact, LogPosition position, EventEnvelope envelope, ViewSession session, CancellationToken cancel) =>
        _folds.TryGetValue(fact.GetType(), out var fold) ? fold(fact, position, envelope, session, cancel) : ValueTask.CompletedTask;
}
