using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Host.Transfer;

/// <summary>A partition of a log up to where it ended at one moment.</summary>
internal sealed record Part(Topic Topic, int Partition, long End)
{
    public override string ToString() => $"{Topic.Name}/{Partition}";
}

/// <summary>A log as it was at one moment: what is appended later is not in it.</summary>
internal sealed class Snapshot
{
    private readonly ISource _source;

    private Snapshot(ISource source, IReadOnlyList<Part> parts) => (_source, Parts) = (source, parts);

    public ISource Source => _source;

    public IReadOnlyList<Part> Parts { get; }

    /// <summary>How many events there are at most: offsets may have gaps.</summary>
    public long Events => Parts.Sum(p => p.End);

    /// <summary>
    /// Remembers where each partition ends, topic after topic. The order matters while somebody writes: what a fact relies on was appended before it, so
    /// the topic that others rely on comes after them.
    /// </summary>
    public static async Task<Snapshot> TakeAsync(ISource source, IReadOnlyList<Topic> topics, CancellationToken cancel)
    {
        var parts = new List<Part>();
        foreach (var topic in topics)
        {
            for (var partition = 0; partition < source.Partitions(topic); partition++)
            {
                parts.Add(new Part(topic, partition, await source.EndAsync(topic, partition, cancel)));
            }
        }
        return new Snapshot(source, parts);
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(Part part, CancellationToken cancel) => _source.ReadAsync(part.Topic, part.Partition, 0, part.End, cancel);

    /// <summary>All events of a topic, one partition after the other.</summary>
    public async IAsyncEnumerable<LogEntry> ReadAsync(Topic topic, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in Parts.Where(p => p.Topic.Name == topic.Name))
        {
            await foreach (var entry in ReadAsync(part, cancel))
            {
                yield return entry;
            }
        }
    }
}
