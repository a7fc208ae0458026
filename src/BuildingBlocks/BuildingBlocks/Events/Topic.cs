namespace Kilo.BuildingBlocks.Events;

/// <summary>One stream of events with an owner.</summary>
/// <param name="Name">The name on the log, <c>kilo.documents</c>.</param>
/// <param name="Owner">The only module that may append.</param>
/// <param name="Partitions">How many partitions a partitioned engine creates. An engine may use fewer, never more.</param>
/// <param name="Compacted">True when each event carries its key's whole state, so that older ones may be dropped.</param>
/// <param name="Private">True when no other module may read it.</param>
public sealed record Topic(string Name, string Owner, int Partitions, bool Compacted = false, bool Private = false);
