using System.Collections.Concurrent;
using Confluent.Kafka;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.Kafka;
using Kilo.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Log;

public sealed class KafkaEventLogTests() : EventLogContract(new KafkaStorage());

/// <summary>What the log on Kafka promises beyond its port: processes share it, and it comes up, goes on and is configured as operators need it.</summary>
public sealed class KafkaLogTests : IAsyncLifetime
{
    private static readonly Topic Orders = new("kilo.orders", "orders", 8);
    private static readonly Topic People = new("kilo.people", "people", 1);
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(15);

    private readonly KafkaStorage _storage = KafkaStorage.Fresh();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Processes_that_start_at_once_on_an_empty_Kafka_agree_and_see_each_others_appends()
    {
        var logs = Enumerable.Range(0, 4).Select(_ => _storage.Open()).ToArray();
        await Task.WhenAll(logs.Select(log => EventLogContract.ThereAsync(log, People)));

        var positions = await Task.WhenAll(logs.Select(log => log.AppendAsync(People, EventLogContract.Event("a"), default)));

        logs.Select(log => log.Epoch).Distinct().ShouldHaveSingleItem();
        foreach (var log in logs)
        {
            (await EventLogContract.ReadAllAsync(log, People)).Select(e => e.Position).ShouldBe(positions.OrderBy(p => p.Offset));
        }
    }

    [SkippableFact]
    public async Task The_first_event_of_a_topic_waits_no_longer_than_any_other()
    {
        var log = _storage.Open();
        var topics = Enumerable.Range(0, 5).Select(i => new Topic($"kilo.new-{i}", "orders", 1)).ToArray();
        foreach (var topic in topics)
        {
            await EventLogContract.ThereAsync(log, topic);
        }

        var started = TimeProvider.System.GetTimestamp();
        foreach (var topic in topics)
        {
            await log.AppendAsync(topic, EventLogContract.Event("a"), default);
        }

        // Left alone, the driver looks for topics that it does not know once a second.
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [SkippableFact]
    public async Task Topics_that_were_deleted_and_made_again_are_another_log()
    {
        var first = _storage.Start();
        var before = first.GetRequiredService<IEventLog>();
        await EventLogContract.ThereAsync(before, People);
        await before.AppendAsync(People, EventLogContract.Event("a"), default);
        await first.DisposeAsync();

        await _storage.ForgetAsync();
        var after = _storage.Open();

        // Brokers are still busy deleting when they have said that they have.
        await Eventually.Async("another log to be there", () => after.Epoch != before.Epoch && after.Partitions(People) == 1);
        (await EventLogContract.ReadAllAsync(after, People)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Two_processes_share_the_partitions_and_one_takes_over_when_the_other_dies_without_a_word()
    {
        var (survivor, victim) = (_storage.Start(), _storage.Start());
        using var one = new Holding(survivor);
        using var other = new Holding(victim);
        await Eventually.Async("each to hold its share", () => one.Partitions.Length > 0 && other.Partitions.Length > 0 && one.Partitions.Concat(other.Partitions).Order().SequenceEqual(Enumerable.Range(0, 8)), TakeOver);

        // Still sharing: so it says nothing to anybody.
        await victim.DisposeAsync();

        await Eventually.Async("the other to hold everything", () => one.Partitions.Length == 8, TakeOver);
        await one.StopAsync();
        one.MostAtOnce.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Who_leaves_hands_over_at_once()
    {
        using var one = new Holding(_storage.Start());
        using var other = new Holding(_storage.Start());
        await Eventually.Async("each to hold its share", () => one.Partitions.Length > 0 && other.Partitions.Length > 0 && one.Partitions.Length + other.Partitions.Length == 8, TakeOver);

        await other.StopAsync();

        other.Partitions.ShouldBeEmpty();
        // Sooner than a death would be noticed.
        await Eventually.Async("the other to hold everything", () => one.Partitions.Length == 8, TimeSpan.FromSeconds(5));
        await one.StopAsync();
    }

    [SkippableFact]
    public async Task Who_gets_nothing_to_hold_is_ready_all_the_same()
    {
        var (first, second) = (_storage.Start(), _storage.Start());
        using var one = new Holding(first, People);
        using var other = new Holding(second, People);
        using var more = new Holding(first, Orders);
        using var yetMore = new Holding(second, Orders);

        await Eventually.Async("both to be ready", () => KafkaStorage.NotReady(first) is null && KafkaStorage.NotReady(second) is null && one.Partitions.Length + other.Partitions.Length == 1, TakeOver);

        await Task.WhenAll(one.StopAsync(), other.StopAsync(), more.StopAsync(), yetMore.StopAsync());
    }

    [SkippableFact]
    public async Task It_comes_up_before_Kafka_does()
    {
        using var road = new Road(Servers.Kafka);
        await using var storage = new KafkaStorage(road.Address, ("message.timeout.ms", "1000"));
        var process = storage.Start();
        var log = process.GetRequiredService<IEventLog>();

        KafkaStorage.NotReady(process).ShouldBe($"Waiting for Kafka at {road.Address}.");
        Should.Throw<LogUnavailableException>(() => log.Epoch);
        Should.Throw<LogUnavailableException>(() => log.Partitions(People));
        await Should.ThrowAsync<LogUnavailableException>(() => log.AppendAsync(People, EventLogContract.Event("a"), default));
        await Should.ThrowAsync<LogUnavailableException>(async () => await log.ReadAsync(People, 0, 0, 1, default));
        await Should.ThrowAsync<LogUnavailableException>(async () => await log.EndAsync(People, 0, default));
        var waiting = log.WaitAsync(People, 0, 0, default);
        using var holding = new Holding(process, People);

        road.Open();

        await Eventually.Async("the process to be ready", () => KafkaStorage.NotReady(process) is null, TakeOver);
        await Eventually.Async("an append to succeed", async () => (await log.AppendAsync(People, EventLogContract.Event("a"), default)).Offset >= 0);
        await Eventually.Ends("who has waited all the time", waiting.ContinueWith(_ => { }, TaskScheduler.Default));
        await Eventually.Async("the share to be held", () => holding.Partitions is [0]);
        await holding.StopAsync();
    }

    [SkippableFact]
    public async Task Settings_go_to_the_library_by_their_own_names()
    {
        await using var storage = new KafkaStorage(null, ("message_max_bytes", "2000"));
        var log = storage.Open();
        await EventLogContract.ThereAsync(log, People);

        await log.AppendAsync(People, EventLogContract.Event("a"), default);
        (await Should.ThrowAsync<LogUnavailableException>(() => log.AppendAsync(People, EventLogContract.Event("a", new string('x', 5_000)), default))).Message.ShouldContain("size");
    }

    [SkippableFact]
    public async Task A_setting_that_does_not_exist_refuses_the_start()
    {
        await using var storage = new KafkaStorage(null, ("no.such.setting", "secret"));

        var refused = Should.Throw<StartRefusedException>(storage.Open);

        refused.Message.ShouldContain("no.such.setting");
        refused.Message.ShouldNotContain("secret");
    }

    [SkippableTheory]
    [InlineData("kafka")]
    [InlineData("kafka:9092;password=secret")]
    [InlineData("user:secret@kafka:9092")]
    [InlineData(",")]
    public void An_address_that_is_none_refuses_the_start_and_is_not_repeated(string address)
    {
        var refused = Should.Throw<StartRefusedException>(() => new ServiceCollection().AddKafkaLog(address, new ConfigurationBuilder().Build()));

        refused.Message.ShouldContain("host:port");
        refused.Message.ShouldNotContain("secret");
    }

    [SkippableFact]
    public async Task What_others_put_into_a_topic_is_an_event_that_nobody_knows()
    {
        var log = _storage.Open();
        await EventLogContract.ThereAsync(log, People);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Servers.Kafka }).Build())
        {
            await producer.ProduceAsync(_storage.NameOf(People), new() { Value = "x"u8.ToArray(), Headers = new Headers { { "ce_id", "7"u8.ToArray() }, { "ce_time", "soon"u8.ToArray() } } });
            await producer.ProduceAsync(_storage.NameOf(People), new() { Key = [0xFF] });
        }
        await log.AppendAsync(People, EventLogContract.Event("a"), default);

        var read = await EventLogContract.ReadAllAsync(log, People);

        read.Select(e => e.Event.Type).ShouldBe(["", "", "orders.order-placed.v1"]);
        read.Select(e => e.Event.Id).Distinct().Count().ShouldBe(3);
        read[1].Event.Body.Length.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Readers_at_different_places_of_one_partition_each_see_every_event_once_and_in_order()
    {
        const int Events = 20_000;
        var log = _storage.Open();
        await EventLogContract.ThereAsync(log, People);
        foreach (var thousand in Enumerable.Range(0, Events).Chunk(1_000))
        {
            await Task.WhenAll(thousand.Select(i => log.AppendAsync(People, EventLogContract.Event("a", i.ToString(null, null)), default)));
        }

        var readers = Enumerable.Range(0, 8).Select(reader => Task.Run(async () =>
        {
            var next = reader * 2_000L;
            var (first, seen) = (next, 0);
            while (await log.ReadAsync(People, 0, next, reader % 2 == 0 ? 2_000 : 150, default) is { Count: > 0 } page)
            {
                page.Select(e => e.Position.Offset).ShouldBe(Enumerable.Range((int)next, page.Count).Select(o => (long)o));
                seen += page.Count;
                next += page.Count;
            }
            (first + seen).ShouldBe(Events);
        }));

        await Eventually.Ends("every reader to reach the end", Task.WhenAll(readers), TimeSpan.FromSeconds(60));
    }

    /// <summary>What a process holds of a topic that it shares.</summary>
    private sealed class Holding : IDisposable
    {
        private readonly ConcurrentDictionary<int, int> _held = [];
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _sharing;
        private int _most;

        public Holding(ServiceProvider process, Topic? topic = null) => _sharing = process.GetRequiredService<IEventLog>().ShareAsync("group", topic ?? Orders, async (partition, cancel) =>
        {
            InterlockedMax(_held.AddOrUpdate(partition, 1, (_, n) => n + 1));
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _held.TryRemove(partition, out _);
        }, _stop.Token);

        public int[] Partitions => [.. _held.Keys];

        /// <summary>How often one partition's work ran at the same time here.</summary>
        public int MostAtOnce => _most;

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Eventually.Ends("the sharing to end", _sharing.ContinueWith(_ => { }, TaskScheduler.Default), TakeOver);
        }

        public void Dispose() => _stop.Dispose();

        private void InterlockedMax(int value)
        {
            lock (_held)
            {
                _most = Math.Max(_most, value);
            }
        }
    }
}
