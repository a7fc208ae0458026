using System.Collections.Concurrent;
using System.Diagnostics;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Testing;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.Engines.Tests.Log;

/// <summary>The log on three brokers, one of which dies and stays dead.</summary>
[Collection("a server that is killed")]
public sealed class KafkaLostBrokerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly Topic Orders = new("kilo.orders", "orders", 6);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly KafkaStorage _storage = KafkaStorage.OfThree();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task A_broker_that_is_lost_under_load_takes_nothing_that_was_acknowledged_along_and_the_others_go_on()
    {
        var broker = ServerProcess.OfThree("kafka3", 2);
        var log = _storage.Open();
        await EventLogContract.ThereAsync(log, Orders);
        var (acknowledged, refused) = (new ConcurrentDictionary<LogPosition, (Guid Id, long At)>(), 0);
        var longest = new ConcurrentBag<TimeSpan>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
        {
            var (last, pause) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
            while (!stop.IsCancellationRequested)
            {
                var appended = EventLogContract.Event("key-" + Random.Shared.Next(64));
                try
                {
                    acknowledged[await log.AppendAsync(Orders, appended, default)] = (appended.Id, Stopwatch.GetTimestamp());
                    pause = TimeSpan.FromTicks(Math.Max(pause.Ticks, Stopwatch.GetElapsedTime(last).Ticks));
                    last = Stopwatch.GetTimestamp();
                }
                catch (LogUnavailableException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
            longest.Add(pause);
        })).ToArray();
        await Eventually.Async("the writers to be under way", () => acknowledged.Count > 1_000, Long);

        await broker.KillAsync();
        try
        {
            // What was on its way has arrived by then, or will not.
            var later = Stopwatch.GetTimestamp() + 2 * Stopwatch.Frequency;
            await Eventually.Async("every partition to be written again", () => acknowledged.Where(a => a.Value.At > later).Select(a => a.Key.Partition).Distinct().Count() == Orders.Partitions, Long);
            await stop.CancelAsync();
            await Eventually.Ends("the writers to end", Task.WhenAll(writers), Long);

            var another = _storage.Open();
            await EventLogContract.ThereAsync(another, Orders);
            var read = await EventLogContract.ReadAllAsync(another, Orders);
            // librdkafka begins a new epoch when a message has timed out, and what it sends again then may be there already. Who folds sees one id twice.
            var twice = read.Count - read.DistinctBy(e => e.Event.Id).Count();
            output.WriteLine($"{acknowledged.Count} acknowledged, {refused} refused, {twice} of {read.Count} twice, the longest pause of a writer {longest.Max().TotalSeconds:0.0} s");
            var there = read.ToDictionary(e => e.Position, e => e.Event.Id);
            acknowledged.Where(a => there.GetValueOrDefault(a.Key) != a.Value.Id).ShouldBeEmpty();
        }
        finally
        {
            broker.Start();
        }
    }
}
