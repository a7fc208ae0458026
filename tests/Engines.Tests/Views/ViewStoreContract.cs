using System.Text;
using Kilo.BuildingBlocks.Views;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Views;

/// <summary>What every <see cref="IViewStore"/> promises.</summary>
public abstract class ViewStoreContract : IAsyncLifetime
{
    private static readonly string[] Tables = ["things", "others"];

    private readonly Storage<IViewStores> _storage;
    private readonly IViewStores _stores;
    private readonly IViewStore _store;

    protected ViewStoreContract(Storage<IViewStores> storage)
    {
        _storage = storage;
        _stores = storage.Open();
        _store = _stores.Open("orders", Tables);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task A_batch_that_began_elsewhere_than_the_view_stands_is_refused_whole()
    {
        await _store.ApplyAsync([new(Key("p", "a"), "first"u8.ToArray(), 4)], new Checkpoint("topic", 0, 5, From: 0), default);

        await Should.ThrowAsync<CheckpointMovedException>(() =>
            _store.ApplyAsync([new(Key("p", "b"), "late"u8.ToArray(), 6)], new Checkpoint("topic", 0, 7, From: 3), default));
        (await _store.GetAsync(Key("p", "b"), default)).ShouldBeNull();
        (await _store.CheckpointAsync("topic", 0, default)).ShouldBe(5);

        await _store.ApplyAsync([new(Key("p", "b"), "on"u8.ToArray(), 6)], new Checkpoint("topic", 0, 7, From: 5), default);
        (await _store.CheckpointAsync("topic", 0, default)).ShouldBe(7);
    }

    [SkippableFact]
    public async Task A_row_reads_back_as_it_was_written()
    {
        foreach (var body in new[] { "x"u8.ToArray(), "{\"Ω\":\"😀\"}"u8.ToArray(), new byte[1_000_000] })
        {
            await _store.ApplyAsync([new(Key("p", "s" + body.Length), body, 7)], At(8), default);

            var row = (await _store.GetAsync(Key("p", "s" + body.Length), default)).ShouldNotBeNull();
            row.Sort.ShouldBe("s" + body.Length);
            row.Stamp.ShouldBe(7);
            row.Body.Span.SequenceEqual(body).ShouldBeTrue();
        }
    }

    [SkippableFact]
    public async Task A_row_with_an_empty_body_is_a_row()
    {
        await _store.ApplyAsync([new(Key("p", "s"), ReadOnlyMemory<byte>.Empty, 0)], At(1), default);

        (await _store.GetAsync(Key("p", "s"), default)).ShouldNotBeNull().Body.Length.ShouldBe(0);
        (await _store.SliceAsync(All("p"), default)).ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task What_was_never_written_is_null_empty_and_0()
    {
        (await _store.GetAsync(Key("p", "s"), default)).ShouldBeNull();
        (await _store.SliceAsync(All("p"), default)).ShouldBeEmpty();
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
    }

    [SkippableTheory]
    [InlineData("", "")]
    [InlineData("'; DROP TABLE things; --", "\"quoted\"")]
    [InlineData("パーティション", "😀")]
    [InlineData("a/b", "a\u0001b")]
    public async Task Any_text_is_a_key(string partition, string sort)
    {
        await PutAsync(partition, sort, "there", 1);

        (await TextAsync(partition, sort)).ShouldBe("there");
        (await _store.SliceAsync(All(partition), default)).ShouldHaveSingleItem().Sort.ShouldBe(sort);
        await DeleteAsync(partition, sort, 2);
        (await TextAsync(partition, sort)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Tables_partitions_and_modules_do_not_mix()
    {
        var other = _stores.Open("people", Tables);
        await PutAsync("p", "s", "mine", 1);

        (await _store.GetAsync(new RowKey("others", "p", "s"), default)).ShouldBeNull();
        (await _store.GetAsync(Key("P", "s"), default)).ShouldBeNull();
        (await _store.GetAsync(Key("p", "S"), default)).ShouldBeNull();
        (await other.GetAsync(Key("p", "s"), default)).ShouldBeNull();
        (await other.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task Opening_a_module_again_shows_the_same_rows()
    {
        await PutAsync("p", "s", "there", 1);

        var again = (await _stores.Open("orders", Tables).GetAsync(Key("p", "s"), default)).ShouldNotBeNull();

        Encoding.UTF8.GetString(again.Body.Span).ShouldBe("there");
    }

    [SkippableFact]
    public async Task A_write_with_a_higher_stamp_replaces_a_lower_one()
    {
        await PutAsync("p", "s", "old", 5);
        await PutAsync("p", "s", "new", 6);

        (await TextAsync("p", "s")).ShouldBe("new");
        (await _store.GetAsync(Key("p", "s"), default))!.Stamp.ShouldBe(6);
    }

    [SkippableFact]
    public async Task A_write_with_a_lower_stamp_never_replaces_a_higher_one()
    {
        await PutAsync("p", "s", "new", 6);
        await PutAsync("p", "s", "old", 5);

        (await TextAsync("p", "s")).ShouldBe("new");
        (await _store.GetAsync(Key("p", "s"), default))!.Stamp.ShouldBe(6);
    }

    [SkippableFact]
    public async Task A_deleted_row_is_gone()
    {
        await PutAsync("p", "s", "there", 5);
        await DeleteAsync("p", "s", 6);

        (await _store.GetAsync(Key("p", "s"), default)).ShouldBeNull();
        (await _store.SliceAsync(All("p"), default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_deletion_with_a_lower_stamp_deletes_nothing()
    {
        await PutAsync("p", "s", "there", 6);
        await DeleteAsync("p", "s", 5);

        (await TextAsync("p", "s")).ShouldBe("there");
    }

    [SkippableFact]
    public async Task An_older_write_does_not_bring_a_deleted_row_back_and_a_newer_one_does()
    {
        await PutAsync("p", "s", "there", 5);
        await DeleteAsync("p", "s", 7);

        await PutAsync("p", "s", "zombie", 6);
        (await TextAsync("p", "s")).ShouldBeNull();
        (await _store.SliceAsync(All("p"), default)).ShouldBeEmpty();

        await PutAsync("p", "s", "again", 8);
        (await TextAsync("p", "s")).ShouldBe("again");
    }

    [SkippableFact]
    public async Task Deleting_a_row_that_never_was_still_stops_older_writes()
    {
        await DeleteAsync("p", "s", 7);
        await PutAsync("p", "s", "zombie", 6);

        (await TextAsync("p", "s")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_slice_starts_with_from_and_ends_before_to()
    {
        await PutManyAsync("p", "a", "b", "c", "d");

        (await SortsAsync(new("things", "p", "b", "d", 10))).ShouldBe(["b", "c"]);
        (await SortsAsync(new("things", "p", "b", null, 10))).ShouldBe(["b", "c", "d"]);
        (await SortsAsync(new("things", "p", "aa", "cc", 10))).ShouldBe(["b", "c"]);
        (await SortsAsync(new("things", "p", "c", "b", 10))).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_descending_slice_is_the_same_stretch_from_its_end()
    {
        await PutManyAsync("p", "a", "b", "c", "d");

        (await SortsAsync(new("things", "p", "a", "d", 10, Descending: true))).ShouldBe(["c", "b", "a"]);
        (await SortsAsync(new("things", "p", "b", null, 2, Descending: true))).ShouldBe(["d", "c"]);
    }

    [SkippableFact]
    public async Task A_limit_counts_rows_and_not_deletions()
    {
        await PutManyAsync("p", "a", "b", "c", "d");
        await DeleteAsync("p", "a", 10);
        await DeleteAsync("p", "c", 11);

        (await SortsAsync(new("things", "p", "", null, 2))).ShouldBe(["b", "d"]);
        (await SortsAsync(new("things", "p", "", null, 1))).ShouldBe(["b"]);
        (await SortsAsync(new("things", "p", "", null, int.MaxValue))).ShouldBe(["b", "d"]);
    }

    [SkippableFact]
    public async Task A_prefix_slice_ends_with_the_prefix()
    {
        await PutManyAsync("p", "doc", "doc/", "doc/1", "doc/\uFFFD", "doc/😀", "doc0", "dod");

        (await SortsAsync(new("things", "p", "doc/", Slice.EndOf("doc/"), 10))).ShouldBe(["doc/", "doc/1", "doc/\uFFFD", "doc/😀"]);
    }

    [SkippableFact]
    public async Task A_cursor_continues_right_behind_its_row()
    {
        await PutManyAsync("p", "a", "a ", "aa", "b");

        (await SortsAsync(new("things", "p", Slice.After("a"), null, 10))).ShouldBe(["a ", "aa", "b"]);
    }

    [SkippableFact]
    public async Task Rows_are_in_the_order_of_their_UTF_8_bytes()
    {
        // As UTF-16 the emoji (D83D …) would stand before U+FF21.
        string[] ordered = ["", " ", "0", "10", "9", "A", "a", "z", "é", "鍵", "\uFF21", "😀"];
        await PutManyAsync("p", [.. ordered.Reverse()]);

        (await SortsAsync(All("p"))).ShouldBe(ordered);
        (await SortsAsync(All("p") with { Descending = true })).ShouldBe(ordered.Reverse());
        (await SortsAsync(new("things", "p", "\uFF21", Slice.EndOf(""), 10))).ShouldBe(["\uFF21", "😀"]);
    }

    [SkippableFact]
    public async Task A_checkpoint_moves_forward_and_never_back()
    {
        await _store.ApplyAsync([], At(5), default);
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(5);

        await _store.ApplyAsync([], At(3), default);
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(5);

        await _store.ApplyAsync([], At(6), default);
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(6);
    }

    [SkippableFact]
    public async Task Each_topic_and_partition_has_its_own_checkpoint()
    {
        await _store.ApplyAsync([], new Checkpoint("kilo.orders", 1, 5), default);
        await _store.ApplyAsync([], new Checkpoint("kilo.people", 0, 7), default);

        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        (await _store.CheckpointAsync("kilo.orders", 1, default)).ShouldBe(5);
        (await _store.CheckpointAsync("kilo.people", 0, default)).ShouldBe(7);
    }

    [SkippableFact]
    public async Task Waiting_ends_when_the_checkpoint_has_passed_the_offset_and_not_before()
    {
        var waiting = _store.WaitForAsync("kilo.orders", 0, 5, default);
        await _store.ApplyAsync([], At(5), default);
        await _store.ApplyAsync([], new Checkpoint("kilo.orders", 1, 6), default);
        await _store.ApplyAsync([], new Checkpoint("kilo.people", 0, 6), default);
        waiting.IsCompleted.ShouldBeFalse();

        await _store.ApplyAsync([], At(6), default);

        await Eventually.Ends("the checkpoint to pass 5", waiting);
        await Eventually.Ends("a checkpoint that has passed already", _store.WaitForAsync("kilo.orders", 0, 5, default));
    }

    [SkippableFact]
    public async Task A_cancelled_wait_ends_and_the_others_go_on()
    {
        using var leaving = new CancellationTokenSource();
        var (left, staying) = (_store.WaitForAsync("kilo.orders", 0, 0, leaving.Token), _store.WaitForAsync("kilo.orders", 0, 0, default));

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Eventually.Ends("the cancelled wait", left));
        staying.IsCompleted.ShouldBeFalse();
        await _store.ApplyAsync([], At(1), default);
        await Eventually.Ends("the other wait", staying);
    }

    [SkippableFact]
    public async Task Concurrent_writers_with_stale_stamps_leave_the_highest_stamp_in_every_row()
    {
        const int Writers = 16, Rows = 20, Stamps = 200;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var stamps = Enumerable.Range(0, Stamps).ToArray();
            new Random(writer).Shuffle(stamps);
            foreach (var group in stamps.Chunk(10))
            {
                await _store.ApplyAsync([.. group.Select(s => new RowChange(Key("p", $"row-{s % Rows:D2}"), Text($"stamp {s}"), s))], At(group.Max() + 1), default);
            }
        })));

        var rows = await _store.SliceAsync(All("p"), default);
        rows.Select(r => (r.Sort, r.Stamp, Encoding.UTF8.GetString(r.Body.Span))).ShouldBe(
            Enumerable.Range(0, Rows).Select(i => ($"row-{i:D2}", (long)(Stamps - Rows + i), $"stamp {Stamps - Rows + i}")));
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(Stamps);
    }

    [SkippableFact]
    public async Task A_reader_that_sees_the_checkpoint_sees_the_rows()
    {
        const int Batches = 300;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Batches; i++)
            {
                await _store.ApplyAsync([new(Key("p", "first"), Text("x"), i), new(Key("p", "last"), Text("x"), i)], At(i + 1), default);
            }
        });

        long next;
        do
        {
            next = await _store.CheckpointAsync("kilo.orders", 0, default);
            foreach (var sort in new[] { "last", "first" })
            {
                ((await _store.GetAsync(Key("p", sort), default))?.Stamp ?? -1).ShouldBeGreaterThanOrEqualTo(next - 1);
            }
        }
        while (next < Batches && !writing.IsFaulted);
        await writing;
    }

    [SkippableFact]
    public async Task The_same_batch_applied_twice_changes_nothing()
    {
        RowChange[] batch = [new(Key("p", "a"), Text("one"), 1), new(Key("p", "b"), null, 2), new(Key("q", "c"), Text("three"), 3)];
        await PutAsync("p", "b", "to be deleted", 0);
        await _store.ApplyAsync(batch, At(4), default);
        var before = await DumpAsync(_store);

        await _store.ApplyAsync(batch, At(4), default);

        (await DumpAsync(_store)).ShouldBe(before);
    }

    [SkippableFact]
    public async Task An_old_batch_delivered_again_after_newer_ones_changes_nothing()
    {
        RowChange[] old = [new(Key("p", "a"), Text("one"), 1), new(Key("p", "b"), Text("one"), 1), new(Key("q", "c"), null, 1)];
        await _store.ApplyAsync(old, At(2), default);
        await _store.ApplyAsync([new(Key("p", "a"), Text("two"), 2), new(Key("p", "b"), null, 2), new(Key("q", "c"), Text("two"), 2)], At(3), default);
        var before = await DumpAsync(_store);

        await _store.ApplyAsync(old, At(2), default);

        (await DumpAsync(_store)).ShouldBe(before);
    }

    [SkippableFact]
    public async Task After_a_crash_rows_deletions_and_checkpoints_are_there()
    {
        _storage.MustSurviveReopening();
        await PutAsync("p", "a", "there", 1);
        await PutAsync("p", "b", "there", 2);
        await DeleteAsync("p", "b", 4);
        var before = await DumpAsync(_store);

        _storage.Crash();
        var store = _storage.Open().Open("orders", Tables);

        (await DumpAsync(store)).ShouldBe(before);
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(5);
        await store.ApplyAsync([new(Key("p", "b"), Text("zombie"), 3)], At(4), default);
        (await DumpAsync(store)).ShouldBe(before);
    }

    [SkippableFact]
    public async Task Processes_see_each_others_rows_and_checkpoints()
    {
        _storage.MustSurviveReopening();
        var other = _storage.Open().Open("orders", Tables);

        await PutAsync("p", "a", "one", 1);
        await other.ApplyAsync([new(Key("p", "b"), Text("two"), 2)], At(3), default);
        await PutAsync("p", "b", "too old", 1);

        foreach (var store in new[] { _store, other })
        {
            (await store.SliceAsync(All("p"), default)).Select(r => (r.Sort, r.Stamp)).ShouldBe([("a", 1L), ("b", 2L)]);
            (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(3);
        }
    }

    [SkippableFact]
    public async Task Who_waits_in_one_process_wakes_up_when_another_folds()
    {
        _storage.MustSurviveReopening();
        var other = _storage.Open().Open("orders", Tables);
        for (var i = 0; i < 3; i++)
        {
            var waiting = _store.WaitForAsync("kilo.orders", 0, i, default);
            waiting.IsCompleted.ShouldBeFalse();

            await other.ApplyAsync([new(Key("p", "a"), Text("x"), i)], At(i + 1), default);

            await Eventually.Ends("the other process's checkpoint", waiting);
        }
    }

    [SkippableFact]
    public async Task The_checkpoints_of_all_partitions_are_those_of_each()
    {
        await _store.ApplyAsync([], new Checkpoint("kilo.orders", 2, 7), default);
        await _store.ApplyAsync([], new Checkpoint("kilo.orders", 0, 3), default);
        await _store.ApplyAsync([], new Checkpoint("kilo.others", 1, 9), default);

        (await _store.CheckpointsAsync("kilo.orders", 4, default)).ShouldBe([3, 0, 7, 0]);
        (await _store.CheckpointsAsync("kilo.unknown", 2, default)).ShouldBe([0, 0]);
    }

    [SkippableFact]
    public async Task The_next_generation_is_folded_beside_the_one_that_is_served()
    {
        await PutAsync("p", "a", "served", 1);

        var next = await _stores.OpenNextAsync("orders", Tables, default);
        (await next.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        await next.ApplyAsync([new(Key("p", "b"), Text("next"), 5)], At(6), default);

        (await SortsAsync(All("p"))).ShouldBe(["a"]);
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
        (await next.SliceAsync(All("p"), default)).ShouldHaveSingleItem().Sort.ShouldBe("b");
    }

    [SkippableFact]
    public async Task The_next_generation_takes_the_place_of_the_one_before_while_it_is_read()
    {
        await PutAsync("p", "a", "before", 1);
        var next = await _stores.OpenNextAsync("orders", Tables, default);
        await next.ApplyAsync([new(Key("p", "a"), Text("after"), 1), new(Key("p", "b"), Text("after"), 2)], At(3), default);
        using var ended = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = new HashSet<string>();
            while (!ended.IsCancellationRequested)
            {
                seen.Add(string.Join(',', (await _store.SliceAsync(All("p"), default)).Select(r => Encoding.UTF8.GetString(r.Body.Span))));
            }
            return seen;
        });

        await _stores.ServeNextAsync("orders", default);

        (await TextAsync("p", "a")).ShouldBe("after");
        await ended.CancelAsync();
        (await reading).ShouldBeSubsetOf(["before", "after,after"]);
        (await _stores.OpenNextAsync("orders", Tables, default)).ShouldNotBeSameAs(next);
    }

    [SkippableFact]
    public async Task Whoever_folded_the_generation_before_goes_on_from_the_new_ones_checkpoint()
    {
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        await _store.ApplyAsync([new(Key("p", "a"), Text("before"), 6)], new Checkpoint("kilo.orders", 0, 7, From: 0), default);
        var next = await _stores.OpenNextAsync("orders", Tables, default);
        // It stands where the one before does: nothing but its being another one tells that the batch began elsewhere.
        await next.ApplyAsync([new(Key("p", "a"), Text("rebuilt"), 6)], At(7), default);
        await _stores.ServeNextAsync("orders", default);

        await Should.ThrowAsync<CheckpointMovedException>(() => _store.ApplyAsync([new(Key("p", "b"), Text("of the one before"), 7)], new Checkpoint("kilo.orders", 0, 8, From: 7), default));
        (await _store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(7);
        await _store.ApplyAsync([new(Key("p", "b"), Text("on"), 7)], new Checkpoint("kilo.orders", 0, 8, From: 7), default);

        (await SortsAsync(All("p"))).ShouldBe(["a", "b"]);
    }

    [SkippableFact]
    public async Task Who_waits_for_an_event_sees_it_in_the_generation_that_has_it()
    {
        var next = await _stores.OpenNextAsync("orders", Tables, default);
        await next.ApplyAsync([new(Key("p", "a"), Text("x"), 9)], At(10), default);
        var waiting = _store.WaitForAsync("kilo.orders", 0, 9, default);

        await _stores.ServeNextAsync("orders", default);

        await Eventually.Ends("the wait to end", waiting);
    }

    [SkippableFact]
    public async Task A_rebuild_that_ended_early_is_gone_on_with_and_every_process_follows()
    {
        _storage.MustSurviveReopening();
        await PutAsync("p", "a", "before", 1);
        var other = _storage.Open().Open("orders", Tables);
        (await other.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
        await (await _storage.Open().OpenNextAsync("orders", Tables, default)).ApplyAsync([new(Key("p", "a"), Text("half"), 0)], At(1), default);

        var again = _storage.Open();
        var next = await again.OpenNextAsync("orders", Tables, default);
        (await next.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
        await next.ApplyAsync([new(Key("p", "a"), Text("whole"), 1)], At(2), default);
        await again.ServeNextAsync("orders", default);

        foreach (var store in new[] { _store, other })
        {
            await Eventually.Async("the new generation to be served", async () => Encoding.UTF8.GetString((await store.GetAsync(Key("p", "a"), default))!.Body.Span) == "whole");
        }
    }

    private static RowKey Key(string partition, string sort) => new("things", partition, sort);

    private static Slice All(string partition) => new("things", partition, "", null, int.MaxValue);

    private static Checkpoint At(long next) => new("kilo.orders", 0, next);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private Task PutAsync(string partition, string sort, string text, long stamp) =>
        _store.ApplyAsync([new RowChange(Key(partition, sort), Text(text), stamp)], At(stamp + 1), default);

    private Task PutManyAsync(string partition, params string[] sorts) =>
        _store.ApplyAsync([.. sorts.Select((sort, i) => new RowChange(Key(partition, sort), Text(sort), i))], At(sorts.Length), default);

    private Task DeleteAsync(string partition, string sort, long stamp) =>
        _store.ApplyAsync([new RowChange(Key(partition, sort), null, stamp)], At(stamp + 1), default);

    private async Task<string?> TextAsync(string partition, string sort) =>
        await _store.GetAsync(Key(partition, sort), default) is { } row ? Encoding.UTF8.GetString(row.Body.Span) : null;

    private async Task<IEnumerable<string>> SortsAsync(Slice slice) => (await _store.SliceAsync(slice, default)).Select(r => r.Sort);

    private static async Task<string> DumpAsync(IViewStore store)
    {
        var lines = new List<string> { $"next {await store.CheckpointAsync("kilo.orders", 0, default)}" };
        foreach (var partition in new[] { "p", "q" })
        {
            lines.AddRange((await store.SliceAsync(All(partition), default)).Select(r => $"{partition}/{r.Sort} {r.Stamp} {Encoding.UTF8.GetString(r.Body.Span)}"));
        }
        return string.Join('\n', lines);
    }
}

public sealed class InMemoryViewStoreTests() : ViewStoreContract(new InMemoryStorage<IViewStores>(new InMemoryViewStores()));

public sealed class EmbeddedViewStoreTests() : ViewStoreContract(Embedded.Views());
