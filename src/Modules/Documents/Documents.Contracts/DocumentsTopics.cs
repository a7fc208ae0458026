using Kilo.BuildingBlocks.Events;

namespace Kilo.Documents.Contracts;

/// <summary>The public topics of Documents.</summary>
public static class DocumentsTopics
{
    /// <summary>What happened to documents, keyed by document.</summary>
    public static Topic Documents { get; } = new("kilo.documents", "documents", Partitions: 12);

    /// <summary>Who downloaded what, keyed by document: beside what happened to documents, because there is more of it and nothing waits for it.</summary>
    public static Topic Downloads { get; } = new("kilo.downloads", "documents", Partitions: 6);
}
