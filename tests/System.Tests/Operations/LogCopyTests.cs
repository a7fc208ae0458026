using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.Host.Transfer;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.SystemTests.Operations;

/// <summary>A log is copied into one with other partitions, by a process that crashes at any append: what was on its way arrives, or does not, in any order.</summary>
public sealed class LogCopyTests(ITestOutputHelper output)
{
    // One partition declared: its order as a whole counts. Several: that of each key.
    private static readonly Topic People = new("kilo.people", "people", 1);
    private static readonly Topic Orders = new("kilo.orders", "orders", 12);
    private static readonly Topic[] Topics = [Orders, People];

    private readonly Random _random = new(Seed.Value);

    [Theory]
    [InlineData(4, 1)]
    [InlineData(1, 4)]
    [InlineData(4, 4)]
    public async Task A_copy_that_crashes_again_and_again_ends_with_each_event_once_and_in_order(int from, int to)
    {
        output.WriteLine($"KILO_TEST_SEED={Seed.Value}");
        var source = new PartitionedLog(from);
        for (var i = 0; i < 3_000; i++)
        {
            // Some keys often, most of them once; some ids twice, as a retry leaves them.
            var key = _random.Next(3) == 0 ? $"often-{_random.Next(4)}" : $"once-{i}";
            var @event = Event(key, i);
            await source.AppendAsync(_random.Next(10) == 0 ? People : Orders, @event, default);
            if (_random.Next(20) == 0)
            {
                await source.AppendAsync(Orders, @event, default);
            }
        }
        var (target, crashes) = (new PartitionedLog(to), 0);

        while (!await CopyAsync(source, new CrashingLog(target, _random, _random.Next(1, 900))))
        {
            crashes++;
        }

        output.WriteLine($"{crashes} crashes");
        crashes.ShouldBeGreaterThan(3);
        foreach (var topic in Topics)
        {
            var (was, now) = (await ReadAsync(source, topic), await ReadAsync(target, topic));
            now.Count.ShouldBe(was.Count, topic.Name);
            var (keysThen, keysNow) = (was.GroupBy(e => topic == People ? "" : e.Key).ToDictionary(g => g.Key, Texts), now.GroupBy(e => topic == People ? "" : e.Key).ToDictionary(g => g.Key, Texts));
            keysNow.Keys.ToHashSet().SetEquals(keysThen.Keys).ShouldBeTrue();
            foreach (var (key, texts) in keysThen)
            {
                keysNow[key].ShouldBe(texts, key);
            }
        }
    }

    [Fact]
    public async Task A_target_with_anything_of_its_own_is_refused_wherever_it_stands()
    {
        var source = new PartitionedLog(1);
        foreach (var i in Enumerable.Range(0, 20))
        {
            await source.AppendAsync(Orders, Event($"key-{i % 7}", i), default);
        }
        var events = await ReadAsync(source, Orders);
        var foreign = events[3] with { Body = "{}"u8.ToArray() };

        foreach (var there in new[]
        {
            [Event("other", 0)],
            [.. events, Event("other", 0)],
            [.. events[..3], foreign],
            // A key's events the wrong way round.
            [.. events[..4], events[11], events[4]],
            // A key's second event without its first.
            [.. events[..3], .. events[4..8], events[10]],
            new[] { events[7] },
        })
        {
            var target = new PartitionedLog(4);
            foreach (var @event in there)
            {
                await target.AppendAsync(Orders, @event, default);
            }

            await Should.ThrowAsync<StartRefusedException>(() => CopyAsync(source, target));

            (await ReadAsync(target, Orders)).Count.ShouldBe(there.Length);
        }
        var elsewhere = new PartitionedLog(4);
        await elsewhere.AppendAsync(People, Event("a", 0), default);
        await Should.ThrowAsync<StartRefusedException>(() => CopyAsync(source, elsewhere));
    }

    // False: it crashed.
    private static async Task<bool> CopyAsync(IEventLog source, IEventLog target)
    {
        using var progress = new Progress();
        var log = await Snapshot.TakeAsync(new EngineSource(source, new InMemoryContentStore(TimeProvider.System)), Topics, default);
        var copy = new LogCopy(log, target, new EngineSource(target, new InMemoryContentStore(TimeProvider.System)), Topics, new Pace(null), progress);
        await copy.CompareAsync(default);
        try
        {
            await copy.AppendAsync(default);
        }
        catch (LogUnavailableException)
        {
            return false;
        }
        await copy.CompareAsync(default);
        copy.IsComplete.ShouldBeTrue();
        return true;
    }

    private static async Task<List<EventEnvelope>> ReadAsync(IEventLog log, Topic topic)
    {
        var events = new List<EventEnvelope>();
        await foreach (var entry in (await Snapshot.TakeAsync(new EngineSource(log, new InMemoryContentStore(TimeProvider.System)), [topic], default)).ReadAsync(topic, default))
        {
            events.Add(entry.Event);
        }
        return events;
    }

    private static List<string> Texts(IEnumerable<EventEnvelope> events) => [.. events.Select(e => $"{e.Id} {Encoding.UTF8.GetString(e.Body.Span)}")];

    private static EventEnvelope Event(string key, int number) => new(
        Guid.NewGuid(), "orders.order-placed.v1", "/kilo/orders", key, DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000 + number), Guid.NewGuid(), null,
        Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"n\":{number}}}")));

    /// <summary>So many partitions, for a topic that may have them.</summary>
    private sealed class PartitionedLog(int partitions) : IEventLog
    {
        private readonly Dictionary<(string, int), List<EventEnvelope>> _events = [];

        public string Epoch => "epoch";

        public int Partitions(Topic topic) => Math.Min(partitions, topic.Partitions);

        public Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
        {
            var partition = envelope.Key.Sum(c => c) % Partitions(topic);
            lock (_events)
            {
                var events = _events.TryGetValue((topic.Name, partition), out var list) ? list : _events[(topic.Name, partition)] = [];
                events.Add(envelope);
                return Task.FromResult(new LogPosition(Epoch, topic.Name, partition, events.Count - 1));
            }
        }

        public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
        {
            lock (_events)
            {
                return ValueTask.FromResult<IReadOnlyList<LogEntry>>(_events.TryGetValue((topic.Name, partition), out var events)
                    ? [.. events.Index().Skip((int)from).Take(max).Select(e => new LogEntry(new LogPosition(Epoch, topic.Name, partition, e.Index), e.Item))]
                    : []);
            }
        }

        public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel)
        {
            lock (_events)
            {
                return ValueTask.FromResult((long)(_events.TryGetValue((topic.Name, partition), out var events) ? events.Count : 0));
            }
        }

        public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => throw new NotSupportedException();
    }

    /// <summary>Takes what comes together in any order, and from one append on takes some of it and acknowledges none.</summary>
    private sealed class CrashingLog(IEventLog inner, Random random, int appends) : IEventLog
    {
        private readonly Lock _lock = new();
        private int _appends = appends;

        public string Epoch => inner.Epoch;

        public int Partitions(Topic topic) => inner.Partitions(topic);

        public async Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
        {
            int turns;
            bool isCrashing, arrives;
            lock (_lock)
            {
                (turns, isCrashing, arrives) = (random.Next(6), --_appends < 0, random.Next(2) == 0);
            }
            for (var i = 0; i < turns; i++)
            {
                await Task.Yield();
            }
            if (isCrashing && !arrives)
            {
                throw new LogUnavailableException("It crashed.", new IOException());
            }
            var position = await inner.AppendAsync(topic, envelope, cancel);
            return isCrashing ? throw new LogUnavailableException("It crashed.", new IOException()) : position;
        }

        public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel) => inner.ReadAsync(topic, partition, from, max, cancel);

        public ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) => inner.EndAsync(topic, partition, cancel);

        public Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel) => inner.WaitAsync(topic, partition, from, cancel);
    }
}
