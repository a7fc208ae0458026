#if FULL_FEED
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Cassandra;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kilo.Engines.Tests.Content;

/// <summary>Contents and views on three nodes with three copies, while one node dies and stays dead.</summary>
[Collection("a server that is killed")]
public sealed class CassandraLostNodeTests(ITestOutputHelper output)
{
    private const int Sizes = 5, Rows = 20;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    [SkippableFact]
    public async Task A_node_that_is_lost_under_load_takes_nothing_that_was_acknowledged_along_and_the_others_go_on()
    {
        var nodes = Servers.Cassandra3.Split(',').Select(n => n.Split(':')).ToArray();
        var lost = ServerProcess.OfThree("cassandra3", 3);
        var keyspace = "kilo_lost_" + Guid.NewGuid().ToString("N")[..12];
        ServiceProvider Process()
        {
            var connection = $"Contact Points={nodes[0][0]},{nodes[1][0]};Port={nodes[0][1]};Default Keyspace={keyspace}";
            return new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<IEventLog>(new InMemoryEventLog()).AddCassandraContent(connection, "3").AddCassandraViews(connection, "3").BuildServiceProvider();
        }
        await using var process = Process();
        var (contents, views) = (process.GetRequiredService<IContentStore>(), process.GetRequiredService<IViewStores>().Open("orders", ["things"]));
        await Eventually.Async("the tables to be there", async () =>
        {
            await StoreAsync(contents, new byte[100_000]);
            await views.ApplyAsync([], new("kilo.orders", 0, 0), default);
            return true;
        }, Long);

        var (stored, failures, folded) = (new ConcurrentQueue<(ContentHash Hash, long At)>(), new ConcurrentQueue<(string What, long At)>(), 0L);
        using var stop = new CancellationTokenSource();
        var work = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await TryAsync<ContentUnavailableException>("a content written", async () =>
                    stored.Enqueue((await StoreAsync(contents, Bytes(writer * 1_000_000 + i, i % Sizes * 400_000 + 500)), Stopwatch.GetTimestamp())));
            }
        })).Append(Task.Run(async () =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                if (!stored.IsEmpty)
                {
                    await TryAsync<ContentUnavailableException>("a content read", async () => (await ReadAsync(contents, stored.ElementAt(random.Next(stored.Count)).Hash)).ShouldBeTrue());
                }
            }
        })).Append(Task.Run(async () =>
        {
            for (var next = 0L; !stop.IsCancellationRequested;)
            {
                await TryAsync<ViewsUnavailableException>("views written", async () =>
                {
                    var rows = Enumerable.Range(0, Rows).Select(r => new RowChange(new("things", "p-" + r, "s"), BitConverter.GetBytes(next), next)).ToArray();
                    try
                    {
                        await views.ApplyAsync(rows, new("kilo.orders", 0, next + 1, From: next), default);
                        Interlocked.Exchange(ref folded, ++next);
                    }
                    catch (CheckpointMovedException)
                    {
                        // The one before, given up when its answer did not come, had been decided all the same.
                        next = await views.CheckpointAsync("kilo.orders", 0, default);
                    }
                });
            }
        })).Append(Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await TryAsync<ViewsUnavailableException>("views read", async () => await views.GetAsync(new("things", "p-1", "s"), default));
            }
        })).ToArray();
        await Eventually.Async("all to be under way", () => stored.Count > 50 && Interlocked.Read(ref folded) > 50, Long);

        var killed = Stopwatch.GetTimestamp();
        await lost.KillAsync();
        try
        {
            var later = killed + 20 * Stopwatch.Frequency;
            await Eventually.Async("contents and views to be written well after", () => stored.Count(s => s.At > later) > 20, Long);
            var before = Interlocked.Read(ref folded);
            await Eventually.Async("views to be folded on", () => Interlocked.Read(ref folded) > before + 20, Long);
            await stop.CancelAsync();
            await Eventually.Ends("all to end", Task.WhenAll(work), Long);

            output.WriteLine($"{stored.Count} contents stored, {folded} batches folded");
            foreach (var kind in failures.GroupBy(f => f.What))
            {
                output.WriteLine($"{kind.Key}: {kind.Count()} failures, from {Seconds(kind.Min(f => f.At)):0.0} s to {Seconds(kind.Max(f => f.At)):0.0} s after the loss");
            }
            await using var another = Process();
            foreach (var (hash, _) in stored)
            {
                (await ReadAsync(another.GetRequiredService<IContentStore>(), hash)).ShouldBeTrue(hash.Hex);
            }
            var found = 0;
            await foreach (var _ in another.GetRequiredService<IContentStore>().UntouchedSinceAsync(DateTimeOffset.MaxValue, default))
            {
                found++;
            }
            found.ShouldBeGreaterThanOrEqualTo(stored.Count);
            for (var row = 0; row < Rows; row++)
            {
                (await views.GetAsync(new("things", "p-" + row, "s"), default)).ShouldNotBeNull().Stamp.ShouldBeGreaterThanOrEqualTo(folded - 1);
            }
        }
        finally
        {
            lost.Start();
        }

        double Seconds(long at) => (at - killed) / (double)Stopwatch.Frequency;

        async Task TryAsync<TUnavailable>(string what, Func<Task> act) where TUnavailable : Exception
        {
            try
            {
                await act();
            }
            catch (TUnavailable)
            {
                failures.Enqueue((what, Stopwatch.GetTimestamp()));
            }
        }
    }

    private static byte[] Bytes(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<ContentHash> StoreAsync(IContentStore store, byte[] bytes)
    {
        await using var staged = await store.StageAsync(new MemoryStream(bytes), bytes.Length, default);
        await staged.CommitAsync(default);
        return staged.Hash;
    }

    private static async Task<bool> ReadAsync(IContentStore store, ContentHash hash)
    {
        await using var content = await store.OpenAsync(hash, 0, long.MaxValue, default);
        return content is not null && ContentHash.Of(await SHA256.HashDataAsync(content)) == hash;
    }
}
#endif
