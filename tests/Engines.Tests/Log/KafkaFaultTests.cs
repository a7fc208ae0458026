using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Log;

/// <summary>Not beside other tests: they would miss their server, or take the memory that is measured.</summary>
[CollectionDefinition("a server that is killed", DisableParallelization = true)]
public sealed class KilledServer;

/// <summary>The log while Kafka dies and comes back, and while readers do not keep up.</summary>
[Collection("a server that is killed")]
public sealed class KafkaFaultTests : IAsyncLifetime
{
    private static readonly Topic Orders = new("kilo.orders", "orders", 4);
    private static readonly Topic People = new("kilo.people", "people", 1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly KafkaStorage _storage = KafkaStorage.Fresh();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task A_broker_that_is_killed_under_load_and_comes_back_loses_nothing_that_was_acknowledged()
    {
        var broker = ServerProcess.Kafka;
        var log = _storage.Open();
        await EventLogContract.ThereAsync(log, Orders);
        var (acknowledged, refused) = (new ConcurrentDictionary<LogPosition, Guid>(), 0);
        using var stop = new CancellationTokenSource();
        var followed = new ConcurrentDictionary<LogPosition, Guid>();
        var following = Enumerable.Range(0, Orders.Partitions).Select(partition => Task.Run(() => FollowAsync(log, partition, followed, stop.Token))).ToArray();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var appended = EventLogContract.Event("writer-" + writer);
                try
                {
                    acknowledged[await log.AppendAsync(Orders, appended, default)] = appended.Id;
                }
                catch (LogUnavailableException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToArray();
        await Eventually.Async("the writers to be under way", () => acknowledged.Count > 1_000, Long);

        await broker.KillAsync();
        await Eventually.Async("a writer to be refused", () => Volatile.Read(ref refused) > 0, Long);
        var before = acknowledged.Count;
        broker.Start();

        await Eventually.Async("the writers to go on", () => acknowledged.Count > before + 1_000, Long);
        await stop.CancelAsync();
        await Eventually.Ends("the writers to end", Task.WhenAll(writers), Long);
        await Eventually.Ends("the followers to end", Task.WhenAll(following), Long);
        var read = (await EventLogContract.ReadAllAsync(log, Orders)).ToDictionary(e => e.Position, e => e.Event.Id);
        acknowledged.Where(a => read.GetValueOrDefault(a.Key) != a.Value).ShouldBeEmpty();
        followed.Where(f => read.GetValueOrDefault(f.Key) != f.Value).ShouldBeEmpty();
        foreach (var partition in followed.Keys.GroupBy(p => p.Partition, p => p.Offset))
        {
            partition.Max().ShouldBe(partition.Count() - 1);
        }
    }

    [SkippableFact]
    public async Task A_reader_that_does_not_keep_up_costs_no_memory()
    {
        const int Size = 20_000, Events = 4_000;
        var writing = _storage.Open();
        await EventLogContract.ThereAsync(writing, People);
        var text = new string('x', Size);
        foreach (var some in Enumerable.Range(0, Events).Chunk(100))
        {
            await Task.WhenAll(some.Select(_ => writing.AppendAsync(People, EventLogContract.Event("a", text), default)));
        }
        var log = _storage.Open();
        await EventLogContract.ThereAsync(log, People);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        (await log.ReadAsync(People, 0, 0, 1, default)).ShouldHaveSingleItem();
        // Another partition, read to its end: all that the first one would take has been fetched meanwhile.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => log.AppendAsync(Orders, EventLogContract.Event("order-" + i), default)));
        (await EventLogContract.ReadAllAsync(log, Orders)).Count.ShouldBe(200);

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(20L << 20);
        for (var next = 0L; next < Events; )
        {
            next += (await log.ReadAsync(People, 0, next, 100, default)).Count;
        }
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(20L << 20);
    }

    private static async Task FollowAsync(IEventLog log, int partition, ConcurrentDictionary<LogPosition, Guid> followed, CancellationToken cancel)
    {
        var next = 0L;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await log.WaitAsync(Orders, partition, next, cancel);
                foreach (var entry in await log.ReadAsync(Orders, partition, next, 2_000, cancel))
                {
                    followed[entry.Position] = entry.Event.Id;
                    next = entry.Position.Offset + 1;
                }
            }
            catch (Exception e) when (e is LogUnavailableException or OperationCanceledException)
            {
            }
        }
    }
}
