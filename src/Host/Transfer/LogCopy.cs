using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host.Transfer;

/// <summary>
/// Copies a log into another one that may have other partitions. What was copied before is found by comparing the two: the target must hold nothing but the
/// beginning of the source, so that it needs no marker to go on after a crash, nothing is copied twice, and the same comparison proves the copy in the end.
/// <para>
/// It relies on nothing but the port's promises. Events of one key are never on their way together; different keys are, in waves. So a crash leaves an event
/// out, or puts two keys' events in another order, only within a wave. Where a topic has one partition because its order as a whole counts,
/// a wave is one event.
/// </para>
/// </summary>
/// <param name="source">What is copied.</param>
/// <param name="target">Where to.</param>
/// <param name="there">The same, to read from.</param>
/// <param name="topics">All that there are: a target that has one which the source lacks is no copy of it.</param>
/// <param name="pace">For the bodies.</param>
/// <param name="progress">Counts events.</param>
internal sealed class LogCopy(Snapshot source, IEventLog target, ISource there, IReadOnlyList<Topic> topics, Pace pace, Progress progress)
{
    // Enough for full group commits and full batches. Larger than the wave of any earlier version: copies that it left must be recognised.
    private const int Wave = 512;

    /// <summary>How far the target is with a topic.</summary>
    /// <param name="Present">Events that are there.</param>
    /// <param name="Missing">Events before <paramref name="Next"/> that are not there: each of another key, and none of that key comes later.</param>
    /// <param name="Next">Where everything is missing from; null: nothing more.</param>
    private sealed record Standing(long Present, IReadOnlyList<EventEnvelope> Missing, LogPosition? Next)
    {
        public bool IsComplete => Missing.Count == 0 && Next is null;
    }

    private readonly Dictionary<string, Standing> _standings = [];

    /// <summary>How many events the target had at the last comparison.</summary>
    public long Present => _standings.Values.Sum(s => s.Present);

    /// <summary>True when the target had all of them at the last comparison.</summary>
    public bool IsComplete => _standings.Values.All(s => s.IsComplete);

    /// <summary>Finds out how far the target is. Writes nothing.</summary>
    /// <exception cref="StartRefusedException">The target holds something else.</exception>
    public async Task CompareAsync(CancellationToken cancel)
    {
        progress.Begin("comparing the logs", events: source.Events);
        var now = await Snapshot.TakeAsync(there, topics, cancel);
        foreach (var topic in topics)
        {
            _standings[topic.Name] = await CompareAsync(topic, now, cancel);
        }
    }

    /// <summary>Appends what the comparison found missing.</summary>
    public async Task AppendAsync(CancellationToken cancel)
    {
        progress.Begin("copying the log", events: Math.Max(1, source.Events - Present));
        foreach (var topic in topics)
        {
            await AppendAsync(topic, _standings[topic.Name], cancel);
        }
    }

    private async Task<Standing> CompareAsync(Topic topic, Snapshot now, CancellationToken cancel)
    {
        await using var ahead = new Ahead(now, topic, BucketOf, cancel);
        await ahead.FillAsync();
        var (present, missing) = (0L, new Dictionary<string, EventEnvelope>());
        await foreach (var (position, @event) in source.ReadAsync(topic, cancel))
        {
            if (ahead.IsEmpty)
            {
                return new Standing(present, [.. missing.Values], position);
            }
            progress.Event();
            var bucket = BucketOf(topic, @event);
            switch (ahead.Peek(bucket))
            {
                case null when missing.Count < Wave && missing.TryAdd(bucket, @event):
                    break;
                case { } found when Same(found, @event) && !missing.ContainsKey(bucket):
                    await ahead.TakeAsync(bucket);
                    present++;
                    break;
                default:
                    throw Foreign(topic);
            }
        }
        return ahead.IsEmpty ? new Standing(present, [.. missing.Values], null) : throw Foreign(topic);
    }

    private async Task AppendAsync(Topic topic, Standing standing, CancellationToken cancel)
    {
        // What an earlier wave left out is a wave of its own: were it mixed with what comes later, it could fall behind further with every crash.
        await AppendAsync(topic, standing.Missing.ToAsyncEnumerable(), cancel);
        await AppendAsync(topic, FromAsync(topic, standing.Next, cancel), cancel);
    }

    private async Task AppendAsync(Topic topic, IAsyncEnumerable<EventEnvelope> events, CancellationToken cancel)
    {
        var wave = new Dictionary<string, Task<LogPosition>>();
        await foreach (var @event in events)
        {
            if (wave.Count == Wave || wave.ContainsKey(BucketOf(topic, @event)))
            {
                await Task.WhenAll(wave.Values);
                wave.Clear();
            }
            await pace.MovedAsync(@event.Body.Length, cancel);
            wave.Add(BucketOf(topic, @event), target.AppendAsync(topic, @event, cancel));
            progress.Event();
        }
        await Task.WhenAll(wave.Values);
    }

    private async IAsyncEnumerable<EventEnvelope> FromAsync(Topic topic, LogPosition? from, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in source.Parts.Where(p => p.Topic.Name == topic.Name && p.Partition >= from?.Partition))
        {
            await foreach (var entry in source.Source.ReadAsync(topic, part.Partition, part.Partition == from?.Partition ? from.Value.Offset : 0, part.End, cancel))
            {
                yield return entry.Event;
            }
        }
    }

    // Events of one bucket keep their order: those of a key, or all of a topic with one partition.
    private static string BucketOf(Topic topic, EventEnvelope @event) => topic.Partitions == 1 ? "" : @event.Key;

    private static bool Same(EventEnvelope a, EventEnvelope b) => a with { Body = default } == b with { Body = default } && a.Body.Span.SequenceEqual(b.Body.Span);

    private static StartRefusedException Foreign(Topic topic) => new(
        $"The target's {topic.Name} holds events that are not from there. Kilo copies into empty engines, or goes on with a copy that was interrupted, and no server may run on them meanwhile.");

    /// <summary>What a topic of the target holds, read as far ahead as waves may have mixed it, by what keeps its order.</summary>
    private sealed class Ahead(Snapshot target, Topic topic, Func<Topic, EventEnvelope, string> bucketOf, CancellationToken cancel) : IAsyncDisposable
    {
        private sealed class Reader(IAsyncEnumerator<LogEntry> events)
        {
            public IAsyncEnumerator<LogEntry> Events => events;
            public int Held { get; set; }
            public bool HasEnded { get; set; }
        }

        private readonly List<Reader> _readers = [.. target.Parts.Where(p => p.Topic.Name == topic.Name).Select(p => new Reader(target.ReadAsync(p, cancel).GetAsyncEnumerator(cancel)))];
        private readonly Dictionary<string, Queue<(Reader Reader, EventEnvelope Event)>> _buckets = [];

        public bool IsEmpty => _buckets.Count == 0;

        public EventEnvelope? Peek(string bucket) => _buckets.TryGetValue(bucket, out var events) ? events.Peek().Event : null;

        public async ValueTask TakeAsync(string bucket)
        {
            var events = _buckets[bucket];
            var (reader, _) = events.Dequeue();
            if (events.Count == 0)
            {
                _buckets.Remove(bucket);
            }
            reader.Held--;
            await FillAsync(reader);
        }

        public async ValueTask FillAsync()
        {
            foreach (var reader in _readers)
            {
                await FillAsync(reader);
            }
        }

        private async ValueTask FillAsync(Reader reader)
        {
            while (reader.Held < Wave && !reader.HasEnded)
            {
                if (!await reader.Events.MoveNextAsync())
                {
                    reader.HasEnded = true;
                    return;
                }
                var @event = reader.Events.Current.Event;
                var bucket = bucketOf(topic, @event);
                if (!_buckets.TryGetValue(bucket, out var events))
                {
                    _buckets[bucket] = events = new Queue<(Reader, EventEnvelope)>();
                }
                events.Enqueue((reader, @event));
                reader.Held++;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var reader in _readers)
            {
                await reader.Events.DisposeAsync();
            }
        }
    }
}
