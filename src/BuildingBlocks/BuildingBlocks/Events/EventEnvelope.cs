namespace Kilo.BuildingBlocks.Events;

/// <summary>An event as the log carries it: CloudEvents attributes beside a JSON body.</summary>
/// <param name="Id"><c>ce_id</c>. The same id twice is the same fact twice; folding it again changes nothing.</param>
/// <param name="Type"><c>ce_type</c>, the event's name.</param>
/// <param name="Source"><c>ce_source</c>, the module that said it: <c>/kilo/documents</c>.</param>
/// <param name="Key">The partition key: the aggregate's id.</param>
/// <param name="Time"><c>ce_time</c>, millisecond precision, UTC.</param>
/// <param name="Actor">The user who caused it; <see cref="Guid.Empty"/> for the system itself.</param>
/// <param name="TraceParent">W3C trace context of the request that caused it.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record EventEnvelope(
    Guid Id, string Type, string Source, string Key, DateTimeOffset Time, Guid Actor, string? TraceParent, ReadOnlyMemory<byte> Body);
