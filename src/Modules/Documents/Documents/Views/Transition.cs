using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Documents.Views;

/// <summary>What one event did to one document: every view of documents is folded from these.</summary>
/// <param name="Before">The document before; null when it came to be.</param>
/// <param name="After">The document after; a tombstone when it was purged.</param>
/// <param name="Added">The version that came to be.</param>
/// <param name="Action">What happened, for the timeline; null when a version says it.</param>
/// <param name="Position">The event's place.</param>
/// <param name="Envelope">Id, actor and time.</param>
internal sealed record Transition(
    DocumentRow? Before, DocumentRow After, VersionRow? Added, string? Action, LogPosition Position, EventEnvelope Envelope)
{
    public string Id => Envelope.Key;

    /// <summary>True when the document is listed in its library.</summary>
    public bool IsLive => !After.Purged && After.TrashedAt is null;

    /// <summary>True when it was listed before.</summary>
    public bool WasLive => Before is { Purged: false, TrashedAt: null };
}
