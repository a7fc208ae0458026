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
    private readonly Dictionary<Type, Func<object, EventEnvelope, IEnumerable<RowKey>>> _needs = [];
    private readonly HashSet<Topic> _topics = [];

    /// <summary>The topics that it folds.</summary>
    public IReadOnlyCollection<Topic> Topics => _topics;

    /// <summary>Declares how one event changes the rows.</summary>
    /// <param name="fold">Changes them.</param>
    /// <param name="needs">Rows that the fold is going to read, so that those of many events are read at once.</param>
    protected void On<TEvent>(
        Func<Received<TEvent>, ViewSession, CancellationToken, ValueTask> fold, Func<TEvent, EventEnvelope, IEnumerable<RowKey>>? needs = null) where TEvent : IIntegrationEvent
    {
        _topics.Add(TEvent.Topic);
        if (needs is not null)
        {
            _needs.Add(typeof(TEvent), (fact, envelope) => needs((TEvent)fact, envelope));
        }
        _folds.Add(typeof(TEvent), (fact, position, envelope, session, cancel) =>
            fold(new Received<TEvent>((TEvent)fact, position, envelope), session, cancel));
    }

    /// <summary>The rows that folding an event is going to read, as far as that is known before.</summary>
    public IEnumerable<RowKey> Needs(object fact, EventEnvelope envelope) => _needs.TryGetValue(fact.GetType(), out var needs) ? needs(fact, envelope) : [];

    /// <summary>Folds one event; an event of no interest changes nothing.</summary>
    public ValueTask FoldAsync(object fact, LogPosition position, EventEnvelope envelope, ViewSession session, CancellationToken cancel) =>
        _folds.TryGetValue(fact.GetType(), out var fold) ? fold(fact, position, envelope, session, cancel) : ValueTask.CompletedTask;
}
