using System.Globalization;
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
    /// <summary>The table, part of every module's views: partition <see cref="Of"/>, sort key <see cref="At"/>.</summary>
    public static ViewTable<ParkedEvent> Table { get; } = new("parked", ParkedJson.Default.ParkedEvent);

    /// <summary>Where the events of a log partition are.</summary>
    public static string Of(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    /// <summary>In the order of the log.</summary>
    public static string At(long offset) => offset.ToString("D19", CultureInfo.InvariantCulture);
}

[JsonSerializable(typeof(ParkedEvent))]
[JsonSerializable(typeof(ParkedResolved))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ParkedJson : JsonSerializerContext;
