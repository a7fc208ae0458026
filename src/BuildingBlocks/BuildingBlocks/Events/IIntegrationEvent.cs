using System.Text.Json.Serialization;

namespace Kilo.BuildingBlocks.Events;

/// <summary>
/// A fact that a module publishes. Implemented by sealed immutable records in a module's Contracts.
/// The name is a literal on the wire and never changes; the record only ever grows by optional properties.
/// </summary>
public interface IIntegrationEvent
{
    /// <summary><c>module.what-happened.vN</c>, the CloudEvents type.</summary>
    static abstract string EventName { get; }

    /// <summary>The topic that carries this event, and with it the order that it takes part in.</summary>
    static abstract Topic Topic { get; }

    /// <summary>The aggregate's id. Events with the same key are read in the order in which they were appended.</summary>
    [JsonIgnore]
    string Key { get; }
}
