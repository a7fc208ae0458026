using System.Text.Json;
using Kilo.BuildingBlocks.Events;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>
/// An operator's word to a pump, on the topic and under the key of what it speaks of: fold again what is parked of this key. Because it stands on the log, whichever
/// process holds the partition hears it, and a replay comes to the same rows.
/// </summary>
/// <param name="Module">Whose views parked it.</param>
/// <param name="Drop">An event to leave out, by its offset; null: none. A replay by a build that can fold it folds it all the same.</param>
public sealed record ParkedResolved(string Module, long? Drop = null)
{
    /// <summary>The name on the wire.</summary>
    public const string EventName = "kilo.parked-resolved.v1";

    /// <summary>In its envelope, for one key.</summary>
    public EventEnvelope For(string key, Guid id, DateTimeOffset at) =>
        new(id, EventName, "/kilo/operations", key, at, Guid.Empty, null, JsonSerializer.SerializeToUtf8Bytes(this, ParkedJson.Default.ParkedResolved));

    internal static ParkedResolved? Of(ReadOnlySpan<byte> body) => JsonSerializer.Deserialize(body, ParkedJson.Default.ParkedResolved);
}
