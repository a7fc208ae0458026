using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Engines.Embedded;
using Kilo.Engines.Tests.Log;
using Kilo.Engines.Tests.Postgres;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Pump;

/// <summary>What the pump promises, over every log and every view store that runs here.</summary>
public abstract class PumpTests(Storage<PumpTests.Engines> storage) : IAsyncLifetime
{
    public sealed record Engines(IEventLog Log, IViewStores Views);

    private static readonly string[] Tables = ["sums", "entries", "parked"];
    private static readonly string[] Tallies = [.. Enumerable.Range(0, 20).Select(i => "tally-" + i)];

    private readonly Engines _engines = storage.Open();
    private readonly List<EventPump> _running = [];
    private readonly EventCatalogue _catalogue = new EventCatalogue()
        .Add(TalliesJson.Default.Counted).Add(TalliesJson.Default.Tallied).Add(TalliesJson.Default.Looked)
        .Upcast<Tallied, Counted>(old => new Counted(old.Tally, int.Parse(old.Amount, CultureInfo.InvariantCulture)));

    private IEventLog Log => _engines.Log;

    private IViewStore Views => _engines.Views.Open("tallies", Tables);

    public Task InitializeAsync() => EventLogContract.ThereAsync(Log, Counted.Topic);

    public async Task DisposeAsync()
    {
        foreach (var pump in _running.ToArray())
        {
            await StopAsync(pump);
        }
        await storage.DisposeAsync();
    }

    [SkippableFact]
    public async Task Events_of_every_partition_are_folded()
    {
        await StartAsync();
        foreach (var tally in Tallies)
        {
            await AppendAsync(new Counted(tally, 1), new Counted(tally, 10), new Counted(tally, 100));
        }

        await FoldedAsync();

        foreach (var tally in Tallies)
        {
            (await SumAsync(tally)).ShouldBe(new Tally(3, 111));
            (await EntriesAsync(tally)).ShouldBe([1, 10, 100]);
        }
    }

    [SkippableFact]
    public async Task Events_that_were_there_before_the_pump_are_folded_in_batches_and_in_order()
    {
        const int Events = 4_100;
        await Task.WhenAll(Enumerable.Range(0, Events).Select(i => AppendAsync(new Counted("tally-" + (i % 2), 1))));

        var projection = await StartAsync();
        await FoldedAsync();

        (await SumAsync("tally-0")).ShouldBe(new Tally(Events / 2, Events / 2));
        (await SumAsync("tally-1")).ShouldBe(new Tally(Events / 2, Events / 2));
        foreach (var partition in projection.Folded.GroupBy(f => f.Partition, f => f.Offset))
        {
            partition.ShouldBe(partition.Order());
        }
    }

    [SkippableFact]
    public async Task An_event_that_no_projection_cares_for_moves_the_checkpoint_only()
    {
        await StartAsync();
        await AppendAsync(new Looked("tally-0"));

        await FoldedAsync();

        (await SumAsync("tally-0")).ShouldBeNull();
        (await ParkedAsync()).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_row_that_a_fold_deletes_is_gone_and_can_come_back()
    {
        await StartAsync();
        await AppendAsync(new Counted("kept", 1), new Counted("reset", 5), new Counted("reset", 5, Fate.Resets));
        await FoldedAsync();
        (await Views.SliceAsync(new("sums", "reset", "", null, 10), default)).ShouldBeEmpty();
        (await SumAsync("reset")).ShouldBeNull();
        (await SumAsync("kept")).ShouldBe(new Tally(1, 1));

        await AppendAsync(new Counted("reset", 7));
        await FoldedAsync();

        (await SumAsync("reset")).ShouldBe(new Tally(1, 7));
    }

    [SkippableTheory]
    [InlineData("tallies.unheard-of.v1", "{}")]
    [InlineData("tallies.counted.v1", "{\"amount\":\"many\"}")]
    [InlineData("tallies.counted.v1", "null")]
    [InlineData("tallies.counted.v1", "")]
    [InlineData("tallies.tallied.v1", "{\"tally\":\"bad\",\"amount\":\"no number\"}")]
    public async Task An_unreadable_event_and_later_ones_of_its_key_are_parked_while_other_keys_go_on(string type, string body)
    {
        await StartAsync();
        await AppendAsync(new Counted("bad", 1));
        await Log.AppendAsync(Counted.Topic, Envelope("bad", type, body), default);
        await AppendAsync(new Counted("bad", 10));
        foreach (var tally in Tallies)
        {
            await AppendAsync(new Counted(tally, 5));
        }

        await FoldedAsync();

        (await SumAsync("bad")).ShouldBe(new Tally(1, 1));
        foreach (var tally in Tallies)
        {
            (await SumAsync(tally)).ShouldBe(new Tally(1, 5));
        }
        var parked = await ParkedAsync();
        parked.Select(p => (p.Key, p.Type)).ShouldBe([("bad", type), ("bad", "tallies.counted.v1")]);
        parked[0].Reason.ShouldNotBeNullOrWhiteSpace();
        parked[1].Reason.ShouldBe("An earlier event of the same key is parked.");
    }

    [SkippableFact]
    public async Task What_is_parked_is_copied_to_a_topic_of_its_own()
    {
        var unheard = Envelope("bad", "tallies.unheard-of.v1", "{\"n\":1}");
        await Log.AppendAsync(Counted.Topic, unheard, default);
        await AppendAsync(new Counted("bad", 10), new Counted("good", 1));

        await StartAsync();
        await FoldedAsync();

        var copies = await EventLogContract.ReadAllAsync(Log, Parked);
        copies.Select(c => (c.Event.Type, c.Event.Key)).ShouldBe([("tallies.unheard-of.v1", "bad"), ("tallies.counted.v1", "bad")]);
        (copies[0].Event with { Body = default }).ShouldBe(unheard with { Body = default });
        copies[0].Event.Body.ToArray().ShouldBe(unheard.Body.ToArray());
    }

    [SkippableFact]
    public async Task The_checkpoint_does_not_pass_what_could_not_be_copied()
    {
        await AppendAsync(new Counted("good", 1));
        await Log.AppendAsync(Counted.Topic, Envelope("bad", "tallies.unheard-of.v1", "{}"), default);
        var log = new LogWithoutTopic(Log, Parked.Name, failures: 3);
        var status = new PumpStatus();

        await StartAsync(status: status, log: log);
        await FoldedAsync();

        log.FailuresLeft.ShouldBe(0);
        (await EventLogContract.ReadAllAsync(Log, Parked)).ShouldHaveSingleItem().Event.Key.ShouldBe("bad");
        (await ParkedAsync()).ShouldHaveSingleItem().Key.ShouldBe("bad");
        (await SumAsync("good")).ShouldBe(new Tally(1, 1));
        await Eventually.Async("every pump to be ready again", () => status.Pumps.All(p => p is { IsReady: true, Lag: 0, Error: null }));
    }

    [SkippableFact]
    public async Task A_pump_that_has_stopped_says_nothing_about_its_partitions_any_more()
    {
        var status = new PumpStatus();
        await StartAsync(status: status);
        await Eventually.Async("every partition to have a pump", () => status.Pumps.Count == Partitions.Count());

        await StopAsync(_running.Single());

        status.Pumps.ShouldBeEmpty();
        status.NotReadyBecause.ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_projection_that_fails_halfway_leaves_no_half_of_the_event()
    {
        await AppendAsync(new Counted("new", 1, Fate.FailsHalfway), new Counted("old", 1), new Counted("old", 10, Fate.FailsHalfway), new Counted("other", 3));
        await StartAsync();

        await FoldedAsync();

        (await SumAsync("new")).ShouldBeNull();
        (await EntriesAsync("new")).ShouldBeEmpty();
        (await SumAsync("old")).ShouldBe(new Tally(1, 1));
        (await EntriesAsync("old")).ShouldBe([1]);
        (await SumAsync("other")).ShouldBe(new Tally(1, 3));
        (await ParkedAsync()).ShouldAllBe(p => p.Reason == "InvalidOperationException: The fold gave up halfway.");
        (await ParkedAsync()).Select(p => p.Key).Order().ShouldBe(["new", "old"]);
    }

    [SkippableFact]
    public async Task A_row_that_is_deleted_by_a_fold_which_then_fails_is_still_there()
    {
        await AppendAsync(new Counted("tally", 1), new Counted("tally", 10, Fate.ResetsAndFails));
        await StartAsync();

        await FoldedAsync();

        (await SumAsync("tally")).ShouldBe(new Tally(1, 1));
        (await ParkedAsync()).ShouldHaveSingleItem().Key.ShouldBe("tally");
    }

    [SkippableFact]
    public async Task What_is_parked_is_folded_in_its_order_when_an_operator_says_so_after_the_fold_was_mended()
    {
        await StartAsync();
        await AppendAsync(new Counted("bad", 1), new Counted("bad", 10, Fate.FailsHalfway), new Counted("bad", 100), new Counted("worse", 1, Fate.FailsHalfway));
        await FoldedAsync();
        await StopAsync(_running.Single());

        await StartAsync(mended: true);
        await ResolveAsync("bad");
        await AppendAsync(new Counted("bad", 1_000));
        await FoldedAsync();

        (await SumAsync("bad")).ShouldBe(new Tally(4, 1_111));
        (await EntriesAsync("bad")).ShouldBe([1, 10, 100, 1_000]);
        (await ParkedAsync()).ShouldHaveSingleItem().Key.ShouldBe("worse");
    }

    [SkippableFact]
    public async Task What_cannot_be_folded_today_either_stays_parked_with_all_behind_it()
    {
        await StartAsync();
        await AppendAsync(new Counted("bad", 1, Fate.FailsHalfway), new Counted("bad", 10));

        await ResolveAsync("bad");
        await AppendAsync(new Counted("bad", 100));
        await FoldedAsync();

        (await SumAsync("bad")).ShouldBeNull();
        (await ParkedAsync()).Select(p => (p.Key, p.Type)).ShouldBe([.. Enumerable.Repeat(("bad", "tallies.counted.v1"), 3)]);
    }

    [SkippableFact]
    public async Task An_event_that_an_operator_drops_is_left_out_and_those_behind_it_are_folded()
    {
        await StartAsync();
        await Log.AppendAsync(Counted.Topic, Envelope("bad", "tallies.unheard-of.v1", "{}"), default);
        await AppendAsync(new Counted("bad", 10), new Counted("bad", 100));
        await FoldedAsync();
        var first = (await ParkedAsync())[0];

        await ResolveAsync("bad", first.Offset);
        await AppendAsync(new Counted("bad", 1_000));
        await FoldedAsync();

        (await SumAsync("bad")).ShouldBe(new Tally(3, 1_110));
        (await ParkedAsync()).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task An_operators_word_to_another_module_or_about_nothing_changes_nothing()
    {
        await StartAsync();
        await AppendAsync(new Counted("good", 1), new Counted("bad", 1, Fate.FailsHalfway));
        await FoldedAsync();
        var before = await DumpAsync(Views);

        await ResolveAsync("good");
        await ResolveAsync("bad", module: "others");
        await FoldedAsync();

        (await DumpAsync(Views)).ShouldBe(before);
    }

    [SkippableFact]
    public async Task A_word_that_is_delivered_again_changes_nothing_and_a_replay_comes_to_the_same_sums()
    {
        await StartAsync(mended: true);
        await AppendAsync(new Counted("bad", 1), new Counted("bad", 10, Fate.FailsHalfway));
        await StopAsync(_running.Single());
        var replayed = new InMemoryViewStore(Tables);
        await StartAsync(replayed);
        await FoldedAsync(replayed);
        await StopAsync(_running.Single());

        await StartAsync(replayed, mended: true);
        await ResolveAsync("bad");
        await FoldedAsync(replayed);
        await StopAsync(_running.Single());
        var once = await DumpAsync(replayed);
        await StartAsync(new ForgetfulStore(replayed), mended: true);
        await AppendAsync(new Counted("last", 1));
        await FoldedAsync(replayed);

        (await TallyProjection.Sums.GetAsync(replayed, "bad", "sum", default)).ShouldBe(new Tally(2, 11));
        (await DumpAsync(replayed)).ShouldBe(once);
    }

    [SkippableFact]
    public async Task Parked_keys_stay_parked_after_a_restart()
    {
        var first = await StartAsync();
        await Log.AppendAsync(Counted.Topic, Envelope("bad", "tallies.unheard-of.v1", "{}"), default);
        await FoldedAsync();
        await StopAsync(_running.Single());

        await AppendAsync(new Counted("bad", 1), new Counted("good", 1));
        await StartAsync();
        await FoldedAsync();

        (await SumAsync("bad")).ShouldBeNull();
        (await SumAsync("good")).ShouldBe(new Tally(1, 1));
        (await ParkedAsync()).Select(p => p.Key).ShouldBe(["bad", "bad"]);
        first.Folded.ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("checkpoint")]
    [InlineData("get")]
    [InlineData("apply")]
    public async Task Views_that_are_away_are_tried_again_until_they_are_back(string kind)
    {
        var store = new FlakyStore(Views, kind, failures: 3);
        await AppendAsync(new Counted("tally", 1));
        var status = new PumpStatus();

        await StartAsync(store, status);
        await FoldedAsync();

        store.FailuresLeft.ShouldBe(0);
        (await SumAsync("tally")).ShouldBe(new Tally(1, 1));
        (await ParkedAsync()).ShouldBeEmpty();
        await Eventually.Async("every pump to be ready again", () => status.Pumps.All(p => p is { IsReady: true, Lag: 0, Error: null }));
    }

    [SkippableFact]
    public async Task While_views_are_away_the_lag_grows()
    {
        var status = new PumpStatus();
        await StartAsync(new FlakyStore(Views, "checkpoint", int.MaxValue), status);

        await AppendAsync(new Counted("tally-0", 1), new Counted("tally-0", 1), new Counted("tally-0", 1));

        await Eventually.Async("the lag to be 3", () => status.Pumps.Sum(p => p.Lag) == 3);
    }

    [SkippableFact]
    public async Task A_restart_continues_at_the_checkpoint()
    {
        await AppendAsync(new Counted("tally", 1), new Counted("tally", 10));
        await StartAsync();
        await FoldedAsync();
        await StopAsync(_running.Single());

        await AppendAsync(new Counted("tally", 100));
        var second = await StartAsync();
        await FoldedAsync();

        second.Folded.ShouldHaveSingleItem();
        (await SumAsync("tally")).ShouldBe(new Tally(3, 111));
    }

    [SkippableFact]
    public async Task Events_that_are_delivered_twice_change_nothing()
    {
        foreach (var tally in Tallies)
        {
            await AppendAsync(new Counted(tally, 1), new Counted(tally, 10));
        }
        await AppendAsync(new Counted("reset", 5), new Counted("reset", 5, Fate.Resets), new Counted("bad", 1), new Counted("bad", 2, Fate.FailsHalfway), new Counted("bad", 3));
        await StartAsync();
        await FoldedAsync();
        await StopAsync(_running.Single());
        var before = await DumpAsync(Views);

        var status = new PumpStatus();
        var again = await StartAsync(new ForgetfulStore(Views), status);
        await Eventually.Async("everything to be folded again", async () =>
        {
            var ends = await Task.WhenAll(Partitions.Select(p => Log.EndAsync(Counted.Topic, p, default).AsTask()));
            return again.Folded.Count >= Tallies.Length * 2 && status.Pumps.Count == ends.Length && status.Pumps.Sum(p => p.Next) == ends.Sum();
        });

        (await DumpAsync(Views)).ShouldBe(before);
        (await ParkedAsync()).Select(p => p.Key).ShouldBe(["bad", "bad"]);
    }

    [SkippableFact]
    public async Task A_replay_from_0_gives_the_same_rows()
    {
        foreach (var tally in Tallies)
        {
            await AppendAsync(new Counted(tally, 1), new Counted(tally, 10));
        }
        await AppendAsync(new Counted("reset", 5), new Counted("reset", 5, Fate.Resets), new Counted("bad", 1, Fate.FailsHalfway), new Counted("bad", 2));
        await StartAsync();
        await FoldedAsync();

        var replayed = _engines.Views.Open("replayed", Tables);
        await StartAsync(replayed);
        await FoldedAsync(replayed);

        (await DumpAsync(replayed)).ShouldBe(await DumpAsync(Views));
    }

    [SkippableFact]
    public async Task A_slice_within_a_fold_is_in_the_order_of_the_store_and_has_the_folds_own_rows()
    {
        await Views.ApplyAsync([.. new[] { "b", "\uFF21", "dropped" }.Select(s => new RowChange(new("entries", "p", s), "{\"amount\":1}"u8.ToArray(), 0))], new("x", 0, 1), default);
        var session = new ViewSession(Views);
        session.Put(TallyProjection.Entries, "p", "a", new Entry(2));
        session.Put(TallyProjection.Entries, "p", "\uFFFD", new Entry(2));
        session.Put(TallyProjection.Entries, "p", "😀", new Entry(2));
        session.Put(TallyProjection.Entries, "q", "c", new Entry(2));
        session.Delete(TallyProjection.Entries, "p", "dropped");

        var all = await session.SliceAsync(TallyProjection.Entries, "p", "", Slice.EndOf(""), default);
        var some = await session.SliceAsync(TallyProjection.Entries, "p", "b", "\uFFFD", default);

        all.Select(r => r.Sort).ShouldBe(["a", "b", "\uFF21", "\uFFFD", "😀"]);
        some.Select(r => r.Sort).ShouldBe(["b", "\uFF21"]);
    }

    [SkippableFact]
    public async Task A_check_finds_views_to_be_as_the_log_makes_them_while_they_are_folded()
    {
        await StartAsync();
        await AppendAsync(Tallies.Select(tally => new Counted(tally, 1)).ToArray());
        await AppendAsync(new Counted("bad", 1, Fate.FailsHalfway), new Counted("bad", 2), new Counted("reset", 5), new Counted("reset", 5, Fate.Resets));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 2_000 && !stop.IsCancellationRequested; i++)
            {
                await AppendAsync(new Counted(Tallies[i % Tallies.Length], i));
                await FoldedAsync();
            }
        });

        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await CheckAsync()).Differences.ShouldBeEmpty();
        }
        await stop.CancelAsync();
        await writing;
        await FoldedAsync();
        var copies = await Log.EndAsync(Parked, 0, default);
        var quiet = await CheckAsync();

        quiet.Differences.ShouldBeEmpty();
        (quiet.Restless, quiet.Behind, quiet.Rows).ShouldBe((0, 0, (await DumpAsync(Views)).Count));
        (await Log.EndAsync(Parked, 0, default)).ShouldBe(copies, "What the check parked is nobody's business.");
    }

    [SkippableFact]
    public async Task A_check_names_each_row_that_is_not_what_the_log_makes()
    {
        await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 1_200).Select(_ => AppendAsync(new Counted("long", 1))));
        await AppendAsync(new Counted("short", 1), new Counted("reset", 5), new Counted("reset", 5, Fate.Resets));
        await FoldedAsync();
        var entries = await TallyProjection.Entries.SliceAsync(Views, "long", "", null, int.MaxValue, default);

        var entriesOfShort = await TallyProjection.Entries.SliceAsync(Views, "short", "", null, 1, default);
        var sum = (await Views.GetAsync(new("sums", "long", "sum"), default))!.Stamp;
        RowChange Write(string table, string partition, string sort, string? body, long stamp = 5_000) => new(new(table, partition, sort), body is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(body), stamp);
        await Views.ApplyAsync(
        [
            Write("sums", "short", "sum", """{"events":1,"sum":2}"""),
            // Other bytes, the same row.
            Write("sums", "long", "sum", """{ "sum": 1200, "events": 1200 }""", sum),
            Write("entries", "short", entriesOfShort[0].Sort, """{"amount":1}"""),
            Write("sums", "reset", "sum", """{"events":1,"sum":5}"""),
            Write("entries", "long", entries[900].Sort, null),
            Write("entries", "long", "more", """{"amount":1}"""),
        ], new Checkpoint("another", 0, 1), default);
        var found = await CheckAsync();

        found.Differences.Select(d => d.ToString()).ShouldBe(
            ["sums short sum: differs in sum", "sums reset sum: is not what the log makes", $"entries long {entries[900].Sort}: is missing", "entries long more: is not what the log makes",
             $"entries short {entriesOfShort[0].Sort}: has the stamp 5000 instead of {entriesOfShort[0].Stamp}"],
            ignoreOrder: true);
    }

    private async Task<ViewChecked> CheckAsync()
    {
        using var scratch = new ScratchViews(Tables);
        using var check = new ViewCheck(new TalliesModule(), [new TallyProjection()], Views, scratch.Store, scratch.PartitionAfter, Log, _catalogue, (_, _) => ValueTask.CompletedTask);
        return await check.RunAsync(_ => { }, default);
    }

    private IEnumerable<int> Partitions => Enumerable.Range(0, Log.Partitions(Counted.Topic));

    private static Topic Parked => new(Counted.Topic.Name + ".parked", Counted.Topic.Owner, Partitions: 1);

    private async Task<TallyProjection> StartAsync(IViewStore? store = null, PumpStatus? status = null, IEventLog? log = null, bool mended = false)
    {
        var projection = new TallyProjection { IsMended = mended };
        // Each with all partitions: who shares them, the log's own tests say.
        var views = new ModuleViews("tallies", store ?? Views, log ?? Log, [Counted.Topic], new WaitOptions()) { Group = "tallies-" + Guid.NewGuid().ToString("N") };
        var pump = new EventPump(views, Counted.Topic, [projection], log ?? Log, _catalogue, status ?? new PumpStatus(), NullLogger<EventPump>.Instance);
        _running.Add(pump);
        await pump.StartAsync(default);
        return projection;
    }

    private async Task StopAsync(EventPump pump)
    {
        _running.Remove(pump);
        await Eventually.Ends("the pump to stop", pump.StopAsync(default));
        pump.Dispose();
    }

    private async Task AppendAsync<TEvent>(params TEvent[] facts) where TEvent : IIntegrationEvent
    {
        var publisher = new EventPublisher(Log, _catalogue, TimeProvider.System);
        foreach (var fact in facts)
        {
            await publisher.AppendAsync(fact, Guid.NewGuid(), Guid.Empty, default);
        }
    }

    private Task<LogPosition> ResolveAsync(string key, long? drop = null, string module = "tallies") =>
        Log.AppendAsync(Counted.Topic, new ParkedResolved(module, drop).For(key, Guid.NewGuid(), DateTimeOffset.UnixEpoch), default);

    private static EventEnvelope Envelope(string key, string type, string body) =>
        new(Guid.NewGuid(), type, "/kilo/tallies", key, DateTimeOffset.UnixEpoch, Guid.Empty, null, Encoding.UTF8.GetBytes(body));

    private async Task FoldedAsync(IViewStore? store = null)
    {
        foreach (var partition in Partitions)
        {
            var end = await Log.EndAsync(Counted.Topic, partition, default);
            if (end > 0)
            {
                await Eventually.Ends($"partition {partition} to be folded up to {end}", (store ?? Views).WaitForAsync(Counted.Topic.Name, partition, end - 1, default));
            }
        }
    }

    private ValueTask<Tally?> SumAsync(string tally) => TallyProjection.Sums.GetAsync(Views, tally, "sum", default);

    private async Task<IEnumerable<int>> EntriesAsync(string tally) =>
        (await TallyProjection.Entries.SliceAsync(Views, tally, "", null, int.MaxValue, default)).Select(e => e.Row.Amount);

    private async Task<List<ParkedEvent>> ParkedAsync()
    {
        var parked = new List<ParkedEvent>();
        foreach (var partition in Partitions)
        {
            parked.AddRange((await ParkedEvent.Table.SliceAsync(Views, $"{Counted.Topic.Name}/{partition}", "", null, int.MaxValue, default)).Select(p => p.Row));
        }
        return parked;
    }

    private async Task<List<string>> DumpAsync(IViewStore store)
    {
        var lines = new List<string>();
        var partitions = Tallies.Concat(["reset", "bad"]).SelectMany(t => new[] { ("sums", t), ("entries", t) })
            .Concat(Partitions.Select(p => ("parked", $"{Counted.Topic.Name}/{p}")));
        foreach (var (table, partition) in partitions)
        {
            lines.AddRange((await store.SliceAsync(new(table, partition, "", null, int.MaxValue), default))
                .Select(r => $"{table}/{partition}/{r.Sort} {r.Stamp} {Encoding.UTF8.GetString(r.Body.Span)}"));
        }
        lines.ShouldNotBeEmpty();
        return lines;
    }
}

public sealed class InMemoryPumpTests()
    : PumpTests(new InMemoryStorage<PumpTests.Engines>(new(new InMemoryEventLog(), new InMemoryViewStores())));

public sealed class EmbeddedPumpTests() : PumpTests(new EmbeddedStorage<PumpTests.Engines>(TimeProvider.System, (services, data) => services
    .AddEmbeddedLog(data).AddEmbeddedViews(data)
    .AddSingleton(provider => new Engines(provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<IViewStores>()))));

public sealed class KafkaPumpTests() : PumpTests(new KafkaPumpStorage());

/// <summary>The log on Kafka, the views anywhere.</summary>
public sealed class KafkaPumpStorage : Storage<PumpTests.Engines>
{
    private readonly KafkaStorage _log = new();

    public override bool SurvivesReopening => true;

    public override PumpTests.Engines Open() => new(_log.Open(), new InMemoryViewStores());

    public override void Crash() => _log.Crash();

    public override ValueTask DisposeAsync() => _log.DisposeAsync();
}

public sealed class PostgresPumpTests() : PumpTests(new PostgresStorage<PumpTests.Engines>(TimeProvider.System, (services, server) => services
    .AddPostgresViews(server)
    .AddSingleton(provider => new Engines(provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<IViewStores>()))));
