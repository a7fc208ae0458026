using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kilo.BuildingBlocks.Pump;

namespace Kilo.BuildingBlocks.Events;

/// <summary>One line of the published catalogue.</summary>
/// <param name="Name">The name on the wire.</param>
/// <param name="Topic">Where it travels.</param>
/// <param name="ClrType">The record in this build.</param>
/// <param name="Json">Its source-generated shape.</param>
public sealed record EventType(string Name, Topic Topic, Type ClrType, JsonTypeInfo Json);

/// <summary>
/// Every event that this build can read or write. A name that was retired stays readable through an upcaster,
/// so that a log of any age folds with today's code.
/// </summary>
public sealed class EventCatalogue
{
    private readonly Dictionary<string, EventType> _byName = [];
    private readonly Dictionary<Type, EventType> _byType = [];
    private readonly Dictionary<Type, Func<object, object>> _upcasters = [];
    private readonly Dictionary<string, Topic> _topics = [];

    /// <summary>All event types, ordered by name.</summary>
    public IEnumerable<EventType> Types => _byName.Values.OrderBy(e => e.Name, StringComparer.Ordinal);

    /// <summary>All topics that the registered events travel on.</summary>
    public IReadOnlyCollection<Topic> Topics => _topics.Values;

    /// <summary>Registers an event under its literal name.</summary>
    /// <exception cref="ArgumentException">The name or the record is registered already.</exception>
    public EventCatalogue Add<TEvent>(JsonTypeInfo<TEvent> json) where TEvent : IIntegrationEvent
    {
        var type = new EventType(TEvent.EventName, TEvent.Topic, typeof(TEvent), json);
        _byName.Add(type.Name, type);
        _byType.Add(type.ClrType, type);
        _topics[type.Topic.Name] = type.Topic;
        return this;
    }

    /// <summary>Reads every <typeparamref name="TOld"/> as a <typeparamref name="TNew"/>. Upcasters chain: v1 → v2 → v3.</summary>
    public EventCatalogue Upcast<TOld, TNew>(Func<TOld, TNew> upcast) where TOld : IIntegrationEvent where TNew : IIntegrationEvent
    {
        _upcasters.Add(typeof(TOld), old => upcast((TOld)old));
        return this;
    }

    /// <summary>The registration of a record.</summary>
    /// <exception cref="InvalidOperationException">The record was never registered.</exception>
    public EventType Of(Type clrType) =>
        _byType.GetValueOrDefault(clrType) ?? throw new InvalidOperationException($"{clrType} is not in the event catalogue.");

    /// <summary>The event inside an envelope, upcast to its newest version.</summary>
    /// <exception cref="UnreadableEventException">The name is unknown to this build, or the body is not what the name promises.</exception>
    public object Read(EventEnvelope envelope)
    {
        if (envelope.Type == ParkedResolved.EventName)
        {
            return ParkedResolved.Of(envelope.Body.Span) ?? throw new UnreadableEventException($"The body of '{envelope.Type}' is null.");
        }
        if (!_byName.TryGetValue(envelope.Type, out var type))
        {
            throw new UnreadableEventException($"This build does not know the event type '{envelope.Type}'.");
        }
        object read;
        try
        {
            read = JsonSerializer.Deserialize(envelope.Body.Span, type.Json)
                ?? throw new UnreadableEventException($"The body of '{envelope.Type}' is null.");
        }
        catch (JsonException e)
        {
            throw new UnreadableEventException($"The body of '{envelope.Type}' does not match its contract.", e);
        }
        while (_upcasters.TryGetValue(read.GetType(), out var upcast))
        {
            read = upcast(read);
        }
        return read;
    }

    /// <summary>The JSON body of an event.</summary>
    public byte[] Write<TEvent>(TEvent @event) where TEvent : IIntegrationEvent =>
        JsonSerializer.SerializeToUtf8Bytes(@event, (JsonTypeInfo<TEvent>)Of(typeof(TEvent)).Json);
}

/// <summary>An envelope that cannot become an event here. Retrying does not help: the pump parks it.</summary>
public sealed class UnreadableEventException : Exception
{
    /// <inheritdoc />
    public UnreadableEventException(string message) : base(message) { }

    /// <inheritdoc />
    public UnreadableEventException(string message, Exception inner) : base(message, inner) { }
}
