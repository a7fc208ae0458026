using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Tests.Sqlite;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Views;

/// <summary>What the embedded views promise beyond their port: processes share a directory, and views follow their log.</summary>
public sealed class EmbeddedViewsTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["things"];

    private readonly EmbeddedStorage<IViewStores> _storage = Embedded.Views();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [Fact]
    public async Task Who_waits_wakes_up_although_the_views_were_away_meanwhile()
    {
        var (one, other) = (Open(), Open());
        // The file is made with the first use.
        await one.CheckpointAsync("kilo.orders", 0, default);
        using var file = new SqliteFile(Path.Combine(_storage.Directory, "views", "orders.db"));
        var waiting = one.WaitForAsync("kilo.orders", 0, 0, default);

        file.Execute("ALTER TABLE checkpoint RENAME TO away");
        // Long enough, in reads instead of in seconds, for the waiter to have looked in vain.
        for (var i = 0; i < 500; i++)
        {
            await Should.ThrowAsync<ViewsUnavailableException>(async () => await one.CheckpointAsync("kilo.orders", 0, default));
        }
        file.Execute("ALTER TABLE away RENAME TO checkpoint");
        waiting.IsCompleted.ShouldBeFalse();
        await PutAsync(other, "a", 0);

        await Eventually.Ends("the other process's checkpoint", waiting);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_written_is_unavailable_and_leaves_nothing_of_itself()
    {
        var store = Open();
        // The file is made with the first use.
        await store.CheckpointAsync("kilo.orders", 0, default);
        using var file = new SqliteFile(Path.Combine(_storage.Directory, "views", "orders.db"));
        file.Execute("ALTER TABLE checkpoint RENAME TO away");
        await Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(store, "a", 1));
        file.Execute("ALTER TABLE away RENAME TO checkpoint");

        (await store.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        await PutAsync(store, "a", 1);
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
    }

    [Fact]
    public async Task Views_of_the_same_log_are_kept_and_views_of_another_log_are_emptied()
    {
        await PutAsync(Open(), "a", 1);
        await _storage.CloseAsync();
        (await Open().CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
        await _storage.CloseAsync();

        Directory.Delete(Path.Combine(_storage.Directory, "log"), recursive: true);
        var store = Open();

        (await store.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        // The old stamps are gone too: the new log starts at 0.
        await PutAsync(store, "a", 0);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Views_that_get_another_table_are_emptied_and_folded_again()
    {
        await PutAsync(Open(), "a", 1);
        await _storage.CloseAsync();

        var store = _storage.Open().Open("orders", ["things", "words"]);

        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        (await store.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await store.GetAsync(new("words", "p", "a"), default)).ShouldBeNull();
        await PutAsync(store, "a", 0);
        await _storage.CloseAsync();
        // With fewer tables, as a tool opens it that needs only one of them, it stays as it is.
        (await Open().CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
        await _storage.CloseAsync();
        (await _storage.Open().Open("orders", ["things", "words"]).CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
    }

    [Fact]
    public async Task Processes_may_open_new_views_at_the_same_moment()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Open)));

        await Task.WhenAll(stores.Select((store, i) => Task.Run(() => PutAsync(store, "row-" + i, i))));

        (await stores[0].SliceAsync(new("things", "p", "", null, 100), default)).Count.ShouldBe(8);
    }

    private IViewStore Open() => _storage.Open().Open("orders", Tables);

    private static Task PutAsync(IViewStore store, string sort, long stamp) =>
        store.ApplyAsync([new RowChange(new("things", "p", sort), "x"u8.ToArray(), stamp)], new("kilo.orders", 0, stamp + 1), default);
}
