using System.Collections.Concurrent;
using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Log;

/// <summary>What every <see cref="IEventLog"/> promises.</summary>
public abstract class EventLogContract(Storage<IEventLog> storage) : IAsyncLifetime
{
    private static readonly Topic Orders = new("kilo.orders", "orders", 8);
    private static readonly Topic People = new("kilo.people", "people", 1);

    private readonly IEventLog _log = storage.Open();

    public Task InitializeAsync() => ThereAsync(_log, Orders, People);

    public Task DisposeAsync() => storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task An_event_reads_back_as_it_was_appended()
    {
        var plain = Event("key");
        var full = new EventEnvelope(
            Guid.NewGuid(), "orders.order-placed.v1", "/kilo/orders", "Ω'\"; 鍵 😀", DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123), Guid.NewGuid(),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Encoding.UTF8.GetBytes("""{"name":"Ωmega 😀","nil":"\u0000"}"""));
        var large = Event("key", new string('x', 800_000));

        foreach (var appended in new[] { plain, full, large })
        {
            var position = await _log.AppendAsync(Orders, appended, default);

            position.Epoch.ShouldBe(_log.Epoch);
            position.Topic.ShouldBe(Orders.Name);
            var entry = (await _log.ReadAsync(Orders, position.Partition, position.Offset, 1, default)).ShouldHaveSingleItem();
            entry.Position.ShouldBe(position);
            (entry.Event with { Body = default }).ShouldBe(appended with { Body = default });
            entry.Event.Time.Offset.ShouldBe(TimeSpan.Zero);
            entry.Event.Body.Span.SequenceEqual(appended.Body.Span).ShouldBeTrue();
        }
    }

    [SkippableFact]
    public async Task An_appended_event_does_not_follow_the_buffer_that_it_came_from()
    {
        var buffer = "{\"n\":1}"u8.ToArray();
        var position = await _log.AppendAsync(People, Event("a") with { Body = buffer }, default);

        buffer.AsSpan().Clear();

        (await ReadAllAsync(_log, People)).Single(e => e.Position == position).Event.Body.ToArray().ShouldBe("{\"n\":1}"u8.ToArray());
    }

    [SkippableFact]
    public void A_topic_has_at_least_one_partition_and_never_more_than_it_declares()
    {
        _log.Partitions(Orders).ShouldBeInRange(1, Orders.Partitions);
        _log.Partitions(People).ShouldBe(1);
    }

    [SkippableFact]
    public async Task The_first_offset_is_0_and_offsets_ascend()
    {
        var positions = new List<LogPosition>();
        for (var i = 0; i < 10; i++)
        {
            positions.Add(await _log.AppendAsync(People, Event("a"), default));
        }

        positions[0].Offset.ShouldBe(0);
        positions.Zip(positions.Skip(1)).ShouldAllBe(p => p.First.Offset < p.Second.Offset);
    }

    [SkippableFact]
    public async Task Events_of_one_key_share_a_partition()
    {
        for (var key = 0; key < 20; key++)
        {
            var positions = new List<LogPosition>();
            for (var i = 0; i < 3; i++)
            {
                positions.Add(await _log.AppendAsync(Orders, Event("order-" + key), default));
            }

            positions.Select(p => p.Partition).Distinct().ShouldHaveSingleItem().ShouldBeInRange(0, _log.Partitions(Orders) - 1);
        }
    }

    [SkippableFact]
    public async Task Reading_in_pages_gives_every_event_once_and_in_order()
    {
        for (var i = 0; i < 10; i++)
        {
            await _log.AppendAsync(People, Event("a", i.ToString(null, null)), default);
        }
        var (paged, next) = (new List<LogEntry>(), 0L);

        while (await _log.ReadAsync(People, 0, next, 3, default) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(3);
            paged.AddRange(page);
            next = page[^1].Position.Offset + 1;
        }

        paged.Select(e => Encoding.UTF8.GetString(e.Event.Body.Span)).ShouldBe(Enumerable.Range(0, 10).Select(i => $"\"{i}\""));
    }

    [SkippableFact]
    public async Task A_topic_without_events_is_empty_and_ends_at_0()
    {
        (await _log.ReadAsync(Orders, 0, 0, 10, default)).ShouldBeEmpty();
        (await _log.EndAsync(Orders, 0, default)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task Beyond_the_end_there_is_nothing_to_read()
    {
        await _log.AppendAsync(People, Event("a"), default);
        var end = await _log.EndAsync(People, 0, default);

        end.ShouldBeGreaterThan(0);
        (await _log.ReadAsync(People, 0, end, 10, default)).ShouldBeEmpty();
        (await _log.ReadAsync(People, 0, long.MaxValue - 1, 10, default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Topics_do_not_mix()
    {
        await _log.AppendAsync(People, Event("a", "person"), default);
        await _log.AppendAsync(Orders, Event("a", "order"), default);

        Encoding.UTF8.GetString((await ReadAllAsync(_log, People)).ShouldHaveSingleItem().Event.Body.Span).ShouldBe("\"person\"");
        Encoding.UTF8.GetString((await ReadAllAsync(_log, Orders)).ShouldHaveSingleItem().Event.Body.Span).ShouldBe("\"order\"");
    }

    [SkippableFact]
    public async Task Waiting_for_an_event_that_is_there_ends_at_once()
    {
        await _log.AppendAsync(People, Event("a"), default);

        await Eventually.Ends("an event that is there", _log.WaitAsync(People, 0, 0, default));
    }

    [SkippableFact]
    public async Task Waiting_ends_when_the_event_is_appended_and_not_before()
    {
        await _log.AppendAsync(People, Event("a"), default);
        var waiting = _log.WaitAsync(People, 0, 1, default);
        await _log.AppendAsync(Orders, Event("a"), default);
        await _log.AppendAsync(Orders, Event("a"), default);
        waiting.IsCompleted.ShouldBeFalse();

        await _log.AppendAsync(People, Event("a"), default);

        await Eventually.Ends("the appended event", waiting);
        (await _log.ReadAsync(People, 0, 1, 10, default)).ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task Sixteen_writers_lose_nothing_share_no_offset_and_keep_the_order_of_each_key()
    {
        const int Writers = 16, Appends = 200;
        var positions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var mine = new List<LogPosition>();
            for (var i = 0; i < Appends; i++)
            {
                mine.Add(await _log.AppendAsync(Orders, Event("writer-" + writer, i.ToString(null, null)), default));
            }
            return mine;
        })));

        positions.SelectMany(p => p).Distinct().Count().ShouldBe(Writers * Appends);
        positions.ShouldAllBe(mine => mine.Zip(mine.Skip(1)).All(p => p.First.Offset < p.Second.Offset));
        var read = await ReadAllAsync(_log, Orders);
        read.Select(e => e.Position).ToHashSet().SetEquals(positions.SelectMany(p => p)).ShouldBeTrue();
        read.Count.ShouldBe(Writers * Appends);
        foreach (var key in read.GroupBy(e => e.Event.Key))
        {
            key.Select(e => Encoding.UTF8.GetString(e.Event.Body.Span)).ShouldBe(Enumerable.Range(0, Appends).Select(i => $"\"{i}\""));
        }
    }

    [SkippableFact]
    public async Task The_first_use_of_a_topic_may_be_by_many_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var topic = new Topic("kilo.round-" + round, "orders", 1);
            using var start = new Barrier(8);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(async () =>
            {
                start.SignalAndWait();
                Task use = i % 2 == 0 ? _log.AppendAsync(topic, Event("a"), default) : _log.EndAsync(topic, 0, default).AsTask();
                await use;
            }, default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

            (await ReadAllAsync(_log, topic)).Count.ShouldBe(4);
        }
    }

    [SkippableFact]
    public async Task A_reader_that_follows_the_writers_sees_every_event_once_and_in_order()
    {
        const int Appends = 500;
        var following = Task.Run(async () =>
        {
            var (seen, next) = (new List<string>(), 0L);
            while (seen.Count < Appends)
            {
                await _log.WaitAsync(People, 0, next, default);
                foreach (var entry in await _log.ReadAsync(People, 0, next, 7, default))
                {
                    seen.Add(entry.Event.Key);
                    next = entry.Position.Offset + 1;
                }
            }
            return seen;
        });

        for (var i = 0; i < Appends; i++)
        {
            await _log.AppendAsync(People, Event(i.ToString(null, null)), default);
        }

        await Eventually.Ends("the reader to have followed", following);
        (await following).ShouldBe(Enumerable.Range(0, Appends).Select(i => i.ToString(null, null)));
    }

    [SkippableFact]
    public async Task After_a_crash_everything_acknowledged_is_there_and_offsets_go_on()
    {
        storage.MustSurviveReopening();
        var positions = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _log.AppendAsync(People, Event("key-" + i), default)));

        storage.Crash();
        var log = storage.Open();
        await ThereAsync(log, People);

        log.Epoch.ShouldBe(_log.Epoch);
        (await ReadAllAsync(log, People)).Select(e => e.Position).ToHashSet().SetEquals(positions).ShouldBeTrue();
        (await log.AppendAsync(People, Event("a"), default)).Offset.ShouldBeGreaterThan(positions.Max(p => p.Offset));
    }

    [SkippableFact]
    public async Task An_event_that_is_appended_twice_stands_there_twice_with_one_id()
    {
        var retried = Event("a");
        var first = await _log.AppendAsync(People, retried, default);
        var second = await _log.AppendAsync(People, retried, default);

        second.Offset.ShouldBeGreaterThan(first.Offset);
        (await ReadAllAsync(_log, People)).Select(e => e.Event.Id).ShouldBe([retried.Id, retried.Id]);
    }

    [SkippableFact]
    public async Task A_cancelled_append_throws_and_the_log_goes_on()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => _log.AppendAsync(People, Event("a"), cancelled));

        var position = await _log.AppendAsync(People, Event("b"), default);
        (await ReadAllAsync(_log, People))[^1].Position.ShouldBe(position);
    }

    [SkippableFact]
    public async Task A_cancelled_wait_ends_and_the_others_go_on()
    {
        using var leaving = new CancellationTokenSource();
        var (left, staying) = (_log.WaitAsync(People, 0, 0, leaving.Token), _log.WaitAsync(People, 0, 0, default));

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Eventually.Ends("the cancelled wait", left));
        staying.IsCompleted.ShouldBeFalse();
        await _log.AppendAsync(People, Event("a"), default);
        await Eventually.Ends("the other wait", staying);
    }

    [SkippableFact]
    public async Task Who_shares_a_topic_with_nobody_gets_each_of_its_partitions_once_until_it_stops()
    {
        using var stop = new CancellationTokenSource();
        var (started, ended) = (new ConcurrentQueue<int>(), new ConcurrentQueue<int>());
        var sharing = _log.ShareAsync("group", Orders, async (partition, cancel) =>
        {
            started.Enqueue(partition);
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.Enqueue(partition);
        }, stop.Token);
        await Eventually.Async("the work of every partition to start", () => started.Count >= _log.Partitions(Orders));
        ended.ShouldBeEmpty();
        sharing.IsCompleted.ShouldBeFalse();

        await stop.CancelAsync();

        await Eventually.Ends("all work to end", sharing.ContinueWith(_ => { }, TaskScheduler.Default));
        started.Order().ShouldBe(Enumerable.Range(0, _log.Partitions(Orders)));
        ended.Order().ShouldBe(started.Order());
    }

    [SkippableFact]
    public async Task Groups_and_topics_are_shared_each_by_themselves()
    {
        using var stop = new CancellationTokenSource();
        var started = new ConcurrentQueue<string>();
        var sharing = new[] { ("one", Orders), ("one", People), ("other", People) }.Select(s => _log.ShareAsync(s.Item1, s.Item2, (partition, cancel) =>
        {
            started.Enqueue($"{s.Item1} {s.Item2.Name}/{partition}");
            return Task.Delay(Timeout.Infinite, cancel);
        }, stop.Token)).ToArray();

        await Eventually.Async("all work to start", () => started.Count >= _log.Partitions(Orders) + 2);

        started.Order(StringComparer.Ordinal).ShouldBe([.. Enumerable.Range(0, _log.Partitions(Orders)).Select(p => $"one kilo.orders/{p}"), "one kilo.people/0", "other kilo.people/0"]);
        await stop.CancelAsync();
        await Eventually.Ends("all work to end", Task.WhenAll(sharing).ContinueWith(_ => { }, TaskScheduler.Default));
    }

    [SkippableFact]
    public async Task What_was_shared_can_be_shared_again()
    {
        for (var round = 0; round < 3; round++)
        {
            using var stop = new CancellationTokenSource();
            var started = new TaskCompletionSource();
            var sharing = _log.ShareAsync("group", People, (_, cancel) =>
            {
                started.SetResult();
                return Task.Delay(Timeout.Infinite, cancel);
            }, stop.Token);
            await Eventually.Ends("the work to start", started.Task);
            await stop.CancelAsync();
            await Eventually.Ends("the work to end", sharing.ContinueWith(_ => { }, TaskScheduler.Default));
        }
    }

    // A log on a server is known once the server has answered.
    internal static Task ThereAsync(IEventLog log, params Topic[] topics) => Eventually.Async("the log to be there", () => log.Epoch.Length > 0 && topics.All(t => log.Partitions(t) > 0));

    internal static EventEnvelope Event(string key, string text = "") => new(
        Guid.NewGuid(), "orders.order-placed.v1", "/kilo/orders", key, DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000), Guid.Empty, null,
        Encoding.UTF8.GetBytes($"\"{text}\""));

    internal static async Task<List<LogEntry>> ReadAllAsync(IEventLog log, Topic topic)
    {
        var entries = new List<LogEntry>();
        await ThereAsync(log, topic);
        for (var partition = 0; partition < log.Partitions(topic); partition++)
        {
            entries.AddRange(await log.ReadAllAsync(topic, partition));
        }
        return entries;
    }
}

public sealed class InMemoryEventLogTests() : EventLogContract(new InMemoryStorage<IEventLog>(new InMemoryEventLog()));

public sealed class EmbeddedEventLogTests() : EventLogContract(Embedded.Log());
