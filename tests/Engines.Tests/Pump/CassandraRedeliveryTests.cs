#if FULL_FEED
using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Tests.Views;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Pump;

/// <summary>A consumer that dies among a batch's rows, and the one that comes after it.</summary>
[Collection(nameof(CassandraStorage))]
public sealed class CassandraRedeliveryTests : IAsyncLifetime
{
    private const int Events = 300;
    private static readonly string[] Tables = ["sums", "entries", "parked"];
    private static readonly string[] Tallies = [.. Enumerable.Range(0, 20).Select(i => "tally-" + i)];

    private readonly CassandraStorage _storage = CassandraStorage.Empty();
    private readonly EventCatalogue _catalogue = new EventCatalogue().Add(TalliesJson.Default.Counted);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    /// <summary>As a document does: its own row says whether an event was folded before, and gives the next of its other rows their number.</summary>
    private sealed class NumberedProjection : Projection
    {
        public NumberedProjection() => On<Counted>(async (e, rows, cancel) =>
        {
            var own = await rows.GetAsync(TallyProjection.Sums, e.Fact.Tally, "sum", cancel) ?? new Tally(0, -1);
            if (own.Sum >= e.Position.Offset)
            {
                return;
            }
            rows.Put(TallyProjection.Sums, e.Fact.Tally, "sum", new Tally(own.Events + 1, (int)e.Position.Offset));
            rows.Put(TallyProjection.Entries, $"{e.Fact.Tally}/{own.Events}", "entry", new Entry(e.Fact.Amount));
        });
    }

    [SkippableFact]
    public async Task What_a_consumer_left_half_written_the_next_one_leaves_as_a_fold_from_0_would()
    {
        for (var bytes = 10_000; bytes <= 50_000; bytes += 4_000)
        {
            var log = new InMemoryEventLog();
            _storage.Log = log;
            var publisher = new EventPublisher(log, _catalogue, TimeProvider.System);
            for (var i = 0; i < Events; i++)
            {
                await publisher.AppendAsync(new Counted(Tallies[i % Tallies.Length], i), Guid.NewGuid(), Guid.Empty, default);
            }
            await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
            var dying = _storage.OpenThrough(proxy.Address).Stores.Open("tallies", Tables);
            await dying.CheckpointAsync(Counted.Topic.Name, 0, default);
            await proxy.SpoilAsync("limit_data", "upstream", new { bytes });

            var status = new PumpStatus();
            await RunAsync(dying, log, status, () => Eventually.Async("the consumer to be cut off, or done",
                () => status.Pumps.Any(p => p.Error is not null) || (status.Pumps.Count > 0 && status.Pumps.All(p => p.IsReady && p.Lag == 0))));
            await proxy.CutAsync();

            var folded = _storage.Open().Open("tallies", Tables);
            await RunAsync(folded, log, new PumpStatus(), () => FoldedAsync(folded, log));
            var fromZero = new InMemoryViewStore(Tables);
            await RunAsync(fromZero, log, new PumpStatus(), () => FoldedAsync(fromZero, log));
            (await DumpAsync(folded)).ShouldBe(await DumpAsync(fromZero), $"cut off after {bytes} bytes");
        }
    }

    private async Task RunAsync(IViewStore store, InMemoryEventLog log, PumpStatus status, Func<Task> until)
    {
        using var pump = new EventPump(new ModuleViews("tallies", store, log, [Counted.Topic], new WaitOptions()), Counted.Topic, [new NumberedProjection()],
            log, _catalogue, status, NullLogger<EventPump>.Instance);
        await pump.StartAsync(default);
        await until();
        await Eventually.Ends("the pump to stop", pump.StopAsync(default), TimeSpan.FromSeconds(30));
    }

    private static async Task FoldedAsync(IViewStore store, InMemoryEventLog log)
    {
        for (var partition = 0; partition < log.Partitions(Counted.Topic); partition++)
        {
            if (await log.EndAsync(Counted.Topic, partition, default) is > 0 and var end)
            {
                await Eventually.Ends($"partition {partition} to be folded up to {end}", store.WaitForAsync(Counted.Topic.Name, partition, end - 1, default), TimeSpan.FromSeconds(30));
            }
        }
    }

    private static async Task<List<string>> DumpAsync(IViewStore store)
    {
        var lines = new List<string>();
        foreach (var (table, partition) in Tallies.SelectMany(t => Enumerable.Range(0, (Events / Tallies.Length) + 1).Select(i => ("entries", $"{t}/{i}")).Prepend(("sums", t))))
        {
            lines.AddRange((await store.SliceAsync(new(table, partition, "", null, 10), default))
                .Select(r => $"{table}/{partition}/{r.Sort} {r.Stamp} {Encoding.UTF8.GetString(r.Body.Span)}"));
        }
        lines.Count.ShouldBe(Events + Tallies.Length);
        return lines;
    }
}
#endif
