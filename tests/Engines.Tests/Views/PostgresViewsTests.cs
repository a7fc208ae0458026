using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Tests.Postgres;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Views;

public sealed class PostgresViewStoreTests() : ViewStoreContract(PostgresStorage.Views());

/// <summary>What views in PostgreSQL promise beyond their port: servers and cables fail, builds follow each other.</summary>
public sealed class PostgresViewsTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["things"];
    private static readonly string[] MoreTables = ["things", "words"];

    private readonly PostgresStorage<IViewStores> _storage = PostgresStorage.Views();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Who_waits_wakes_up_although_the_server_was_away_meanwhile()
    {
        using var relay = _storage.Relay();
        relay.Start();
        var (one, other) = (_storage.OpenThrough(relay).Open("orders", Tables), Open());
        (await one.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        var waiting = one.WaitForAsync("kilo.orders", 0, 0, default);

        // Whoever listened listens no more.
        relay.Cut();
        await PutAsync(other, "a", 0);

        await Eventually.Ends("the other process's checkpoint", waiting);
    }

    [SkippableFact]
    public async Task Processes_that_fold_different_partitions_write_the_same_tables_at_once()
    {
        const int Processes = 4, Batches = 50, Rows = 20;
        await Task.WhenAll(Enumerable.Range(0, Processes).Select(partition => Task.Run(async () =>
        {
            var store = Open();
            for (var batch = 0; batch < Batches; batch++)
            {
                // Backwards, and every row of the partition again and again.
                await store.ApplyAsync(
                    [.. Enumerable.Range(0, Rows).Reverse().Select(i => new RowChange(new("things", $"p{i % 3}", $"{i:D2}-of-{partition}"), "x"u8.ToArray(), batch))],
                    new("kilo.orders", partition, batch + 1, From: batch), default);
            }
        })));

        var reader = Open();
        for (var partition = 0; partition < Processes; partition++)
        {
            (await reader.CheckpointAsync("kilo.orders", partition, default)).ShouldBe(Batches);
        }
        var rows = await Task.WhenAll(Enumerable.Range(0, 3).Select(p => reader.SliceAsync(All with { Partition = $"p{p}" }, default).AsTask()));
        rows.Sum(r => r.Count).ShouldBe(Processes * Rows);
        rows.SelectMany(r => r).ShouldAllBe(r => r.Stamp == Batches - 1);
    }

    [SkippableFact]
    public async Task A_large_batch_is_one_batch()
    {
        var store = Open();
        await store.ApplyAsync([.. Large(0)], new("kilo.orders", 0, 1, From: 0), default);

        (await store.SliceAsync(All, default)).Count.ShouldBe(LargeBatch);
        // The same rows again, some changed, some gone.
        await store.ApplyAsync([.. Large(1).Select((row, i) => i % 3 == 0 ? row with { Body = null } : row)], new("kilo.orders", 0, 2, From: 1), default);
        (await store.SliceAsync(All, default)).Count.ShouldBe(LargeBatch - (LargeBatch + 2) / 3);
    }

    [SkippableFact]
    public async Task A_row_that_is_in_a_batch_twice_is_as_the_later_change_leaves_it()
    {
        var store = Open();
        RowChange Change(string text, long stamp) => new(new("things", "p", "a"), System.Text.Encoding.UTF8.GetBytes(text), stamp);

        await store.ApplyAsync([Change("first", 1), Change("newest", 3), Change("older", 2)], new("kilo.orders", 0, 4), default);
        System.Text.Encoding.UTF8.GetString((await store.GetAsync(new("things", "p", "a"), default))!.Body.Span).ShouldBe("newest");

        await store.ApplyAsync([Change("one", 5), Change("two", 5)], new("kilo.orders", 0, 6), default);
        System.Text.Encoding.UTF8.GetString((await store.GetAsync(new("things", "p", "a"), default))!.Body.Span).ShouldBe("two");
    }

    [SkippableTheory]
    [InlineData("a\0b")]
    [InlineData("half a \ud83d")]
    public async Task What_is_no_text_to_PostgreSQL_stops_no_fold(string sort)
    {
        var store = Open();
        await PutAsync(store, sort, 1);

        (await store.GetAsync(new("things", "p", sort), default)).ShouldNotBeNull();
        (await store.SliceAsync(All, default)).ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task A_server_that_is_not_there_yet_is_used_once_it_is()
    {
        using var relay = _storage.Relay();
        var store = _storage.OpenThrough(relay).Open("orders", Tables);
        await Should.ThrowAsync<ViewsUnavailableException>(async () => await store.CheckpointAsync("kilo.orders", 0, default));
        await Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(store, "a", 1));
        await Should.ThrowAsync<ViewsUnavailableException>(() => store.WaitForAsync("kilo.orders", 0, 0, default));

        relay.Start();

        await Eventually.Async("the server to be used", async () => await store.CheckpointAsync("kilo.orders", 0, default) == 0);
        await PutAsync(store, "a", 1);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task A_connection_that_is_cut_is_replaced_by_another_one()
    {
        using var relay = _storage.Relay();
        relay.Start();
        var store = _storage.OpenThrough(relay).Open("orders", Tables);
        for (var i = 0; i < 5; i++)
        {
            await PutAsync(store, "a", i);
            relay.Cut();
            // A read does not even notice.
            (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(i + 1);
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.CheckpointAsync("kilo.orders", 0, default).AsTask()));
        }
    }

    [SkippableFact]
    public async Task A_half_open_connection_fails_in_time_and_heals()
    {
        using var relay = _storage.Relay();
        relay.Start();
        var store = _storage.OpenThrough(relay, "Timeout=1;Command Timeout=1").Open("orders", Tables);
        await PutAsync(store, "a", 1);

        relay.IsDead = true;
        await Eventually.Ends("a read to fail", Should.ThrowAsync<ViewsUnavailableException>(async () => await store.CheckpointAsync("kilo.orders", 0, default)));
        await Eventually.Ends("a batch to fail", Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(store, "b", 2)));
        relay.IsDead = false;

        await Eventually.Async("the views to be there again", async () => await store.CheckpointAsync("kilo.orders", 0, default) >= 2);
        await PutAsync(store, "c", 3);
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(4);
    }

    [SkippableFact]
    public async Task A_connection_that_is_cut_in_the_middle_of_a_batch_leaves_nothing_of_it()
    {
        using var relay = _storage.Relay();
        relay.Start();
        var (cut, reader) = (_storage.OpenThrough(relay).Open("orders", Tables), Open());
        (await cut.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        foreach (var bytes in new[] { 100, 50_000, 200_000 })
        {
            relay.CutAfter(bytes);
            await Should.ThrowAsync<ViewsUnavailableException>(() => cut.ApplyAsync([.. Large(0)], new("kilo.orders", 0, 1, From: 0), default));
            relay.CutAfter(long.MaxValue);

            (await reader.SliceAsync(All, default)).ShouldBeEmpty();
            (await reader.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        }

        await cut.ApplyAsync([.. Large(0)], new("kilo.orders", 0, 1, From: 0), default);
        (await reader.SliceAsync(All, default)).Count.ShouldBe(LargeBatch);
    }

    [SkippableFact]
    public async Task A_batch_that_cannot_be_written_is_unavailable_and_leaves_nothing_of_itself()
    {
        var store = Open();
        await PutAsync(store, "a", 0);
        _storage.Run("ALTER TABLE kilo_orders.things ADD CHECK (stamp <> 1)");
        await Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(store, "b", 1));
        _storage.Run("ALTER TABLE kilo_orders.things DROP CONSTRAINT things_stamp_check");

        (await store.GetAsync(new("things", "p", "b"), default)).ShouldBeNull();
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
        await PutAsync(store, "b", 1);
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
    }

    [SkippableFact]
    public async Task Views_that_somebody_has_dropped_are_folded_again_without_a_restart()
    {
        var store = Open();
        await PutAsync(store, "a", 1);
        _storage.Run("DROP SCHEMA kilo_orders CASCADE");

        await Eventually.Async("the views to start anew", async () => await store.CheckpointAsync("kilo.orders", 0, default) == 0);
        await PutAsync(store, "a", 0);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task Processes_may_open_new_views_at_the_same_moment()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();

        await Task.WhenAll(stores.Select((store, i) => Task.Run(() => PutAsync(store, "row-" + i, i))));

        (await stores[0].SliceAsync(All, default)).Count.ShouldBe(8);
    }

    [SkippableFact]
    public async Task Views_of_the_same_log_are_kept_and_views_of_another_log_are_emptied()
    {
        await PutAsync(Open(), "a", 1);
        (await Open().CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);

        _storage.Log = new InMemoryEventLog();
        var store = Open();

        (await store.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        // The old stamps are gone too: the new log starts at 0.
        await PutAsync(store, "a", 0);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task Views_that_get_another_table_are_emptied_and_folded_again()
    {
        await PutAsync(Open(), "a", 1);

        var store = Open(MoreTables);

        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await store.GetAsync(new("words", "p", "a"), default)).ShouldBeNull();
        await PutAsync(store, "a", 0);
        // With fewer tables, as a tool opens it that needs only one of them, it stays as it is.
        (await Open().CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
        (await Open(MoreTables).CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_build_that_a_newer_one_has_overtaken_folds_no_more()
    {
        var older = Open();
        await PutAsync(older, "a", 1);
        var newer = Open(MoreTables);
        await PutAsync(newer, "a", 0);

        // What it folded would be missing in the table that it does not know.
        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(older, "b", 1));
        }

        (await older.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
        await PutAsync(newer, "b", 1);
        (await newer.SliceAsync(All, default)).Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task An_older_build_that_is_started_again_folds_on_and_the_next_newer_one_folds_again()
    {
        await PutAsync(Open(MoreTables), "a", 1);
        await _storage.CloseAsync();

        var older = Open();
        await PutAsync(older, "b", 2);
        (await older.SliceAsync(All, default)).Count.ShouldBe(2);
        await _storage.CloseAsync();

        // A table that was there all the time, and yet has missed an event, is as new.
        (await Open(MoreTables).CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
    }

    private const int LargeBatch = 3_500;

    private static Slice All => new("things", "p", "", null, int.MaxValue);

    private static IEnumerable<RowChange> Large(long stamp) =>
        Enumerable.Range(0, LargeBatch).Select(i => new RowChange(new("things", "p", $"{i:D6}"), new byte[100], stamp));

    private IViewStore Open(string[]? tables = null) => _storage.Open().Open("orders", tables ?? Tables);

    private static Task PutAsync(IViewStore store, string sort, long stamp) =>
        store.ApplyAsync([new RowChange(new("things", "p", sort), "x"u8.ToArray(), stamp)], new("kilo.orders", 0, stamp + 1), default);
}
