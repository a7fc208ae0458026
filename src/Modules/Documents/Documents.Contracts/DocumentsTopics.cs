using Kilo.BuildingBlocks.Events;

namespace Kilo.Documents.Contracts;

/// <summary>The public topics of Documents.</summary>
public static class DocumentsTopics
{
    /// <summary>What happened to documents, keyed by document.</summary>
    public static Topic Documents { get; } = new("kilo.documents", "documents", Partitions: 12);
}
