using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Views;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>An event that could not be folded, or that stands behind one of the same key.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Its name.</param>
/// <param name="Key">Its key: later events of this key are parked too.</param>
/// <param name="Reason">Why.</param>
public sealed record ParkedEvent(long Offset, Guid EventId, string Type, string Key, string Reason)
{
    /// <summary>The table, part of every module's views: partition <c>topic/partition</c>, sort key the offset.</summary>
    public static ViewTable<ParkedEvent> Table { get; } = new("parked", ParkedJson.Default.ParkedEvent);
}

[JsonSerializable(typeof(ParkedEvent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ParkedJson : JsonSerializerContext;
