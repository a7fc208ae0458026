#if FULL_FEED
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Cluster.Cassandra;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Views;

[Collection(nameof(CassandraStorage))]
public sealed class CassandraViewStoreTests() : ViewStoreContract(CassandraStorage.Empty());

/// <summary>What the views in Cassandra promise beyond their port: they follow their log, and they bear with a server that goes away.</summary>
[Collection(nameof(CassandraStorage))]
public sealed class CassandraViewsTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["things"];

    private readonly CassandraStorage _storage = CassandraStorage.Empty();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Processes_may_open_new_views_at_the_same_moment()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();

        await Task.WhenAll(stores.Select((store, i) => Eventually.Async("process " + i + " to write", async () =>
        {
            await PutAsync(store, "row-" + i, i);
            return true;
        })));

        foreach (var store in stores)
        {
            (await store.SliceAsync(new("things", "p", "", null, 100), default)).Count.ShouldBe(8);
        }
    }

    [SkippableFact]
    public async Task Views_of_another_log_are_never_seen_and_those_of_the_same_log_are_kept()
    {
        var log = _storage.Log;
        await PutAsync(Open(), "a", 7);

        _storage.Log = new InMemoryEventLog();
        var another = Open();

        (await another.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await another.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        await PutAsync(another, "a", 0);
        (await another.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull().Stamp.ShouldBe(0);

        // A process that still has the old log goes on with its own.
        _storage.Log = log;
        (await Open().CheckpointAsync("kilo.orders", 0, default)).ShouldBe(8);
    }

    [SkippableFact]
    public async Task Views_that_get_another_table_are_folded_again_beside_those_that_an_older_build_goes_on_with()
    {
        var older = Open();
        await PutAsync(older, "a", 1);

        var newer = _storage.Open().Open("orders", ["things", "words"]);

        (await newer.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        (await newer.GetAsync(new("things", "p", "a"), default)).ShouldBeNull();
        (await newer.GetAsync(new("words", "p", "a"), default)).ShouldBeNull();
        await PutAsync(newer, "a", 0);
        (await older.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
        await PutAsync(older, "a", 2);
        (await newer.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_tool_that_knows_fewer_tables_reads_the_views_and_what_it_folds_goes_beside_them()
    {
        string[] all = ["things", "words"];
        await PutAsync(_storage.Open().Open("orders", all), "a", 1);

        var tool = Open();
        (await tool.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
        (await tool.GetAsync(new("things", "p", "a"), default)).ShouldNotBeNull();

        // Events folded without the other table would be missing there for ever.
        await Should.ThrowAsync<CheckpointMovedException>(() => tool.ApplyAsync([], new("kilo.orders", 0, 3, From: 2), default));
        (await tool.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(0);
        (await _storage.Open().Open("orders", all).CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
    }

    [SkippableFact]
    public async Task Of_two_consumers_that_fold_the_same_events_one_is_sent_back()
    {
        var (one, other) = (Open(), Open());
        await one.ApplyAsync([Row("a", 0)], new("kilo.orders", 0, 1, From: 0), default);
        (await other.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);

        var attempts = await Task.WhenAll(new[] { one, other }.Select(async (store, i) =>
        {
            try
            {
                await store.ApplyAsync([Row("of-" + i, 1)], new("kilo.orders", 0, 2 + i, From: 1), default);
                return true;
            }
            catch (CheckpointMovedException)
            {
                return false;
            }
        }));

        attempts.Count(won => won).ShouldBe(1);
        var winner = Array.IndexOf(attempts, true);
        (await one.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2 + winner);
        (await one.SliceAsync(new("things", "p", "of-", null, 10), default)).ShouldHaveSingleItem().Sort.ShouldBe("of-" + winner);
    }

    [SkippableFact]
    public async Task A_batch_that_was_cut_off_is_there_wholly_or_not_at_all_before_anything_else_is_folded()
    {
        const int Rows = 60;
        var halves = 0;
        var seen = new List<string>();
        for (var bytes = 8_000; bytes < 150_000; bytes += 7_000)
        {
            _storage.Log = new InMemoryEventLog();
            await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
            var dying = _storage.OpenThrough(proxy.Address).Stores.Open("orders", Tables);
            await dying.ApplyAsync([], new("kilo.orders", 0, 1, From: 0), default);
            var batch = Enumerable.Range(0, Rows).Select(i => new RowChange(new("things", "p-" + i, "s"), new byte[1_000], 99)).ToArray();
            await proxy.SpoilAsync("limit_data", "upstream", new { bytes });
            var applying = dying.ApplyAsync(batch, new("kilo.orders", 0, 100, From: 1), default);
            await Eventually.Ends("the batch to end somehow", applying.ContinueWith(a => a.Exception, TaskScheduler.Default), TimeSpan.FromSeconds(30));
            await proxy.CutAsync();

            var next = Open();
            var written = await CountAsync(next);
            seen.Add($"{bytes}: {written} rows, {applying.Exception?.InnerException?.GetType().Name}");
            if (await next.CheckpointAsync("kilo.orders", 0, default) == 1)
            {
                halves += written is > 0 and < Rows ? 1 : 0;
                try
                {
                    await next.ApplyAsync([Row("other", 1)], new("kilo.orders", 0, 2, From: 1), default);
                    (await CountAsync(next)).ShouldBe(0);
                    (await next.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(2);
                    continue;
                }
                catch (CheckpointMovedException)
                {
                    (await next.GetAsync(new("things", "p", "other"), default)).ShouldBeNull();
                }
            }
            (await CountAsync(next)).ShouldBe(Rows);
            (await next.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(100);
        }
        halves.ShouldBeGreaterThan(0, "No batch was cut off among its rows. " + string.Join("; ", seen));

        async Task<int> CountAsync(IViewStore store) =>
            (await Task.WhenAll(Enumerable.Range(0, Rows).Select(i => store.GetAsync(new("things", "p-" + i, "s"), default).AsTask()))).Count(r => r is not null);
    }

    [SkippableFact]
    public async Task Views_come_up_before_their_server_and_work_once_it_is_there()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
        await proxy.CutAsync();
        var (stores, readiness) = _storage.OpenThrough(proxy.Address);
        var store = stores.Open("orders", Tables);

        readiness.NotReadyBecause.ShouldNotBeNull().ShouldStartWith($"Waiting for Cassandra at {proxy.Address}");
        await Should.ThrowAsync<ViewsUnavailableException>(async () => await store.CheckpointAsync("kilo.orders", 0, default));
        await proxy.RestoreAsync();

        await Eventually.Async("the views to be ready", () => readiness.NotReadyBecause is null);
        await PutAsync(store, "a", 0);
        (await store.CheckpointAsync("kilo.orders", 0, default)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Views_heal_when_their_server_was_away()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
        var (stores, readiness) = _storage.OpenThrough(proxy.Address);
        var store = stores.Open("orders", Tables);
        await PutAsync(store, "a", 0);

        await proxy.CutAsync();
        await Should.ThrowAsync<ViewsUnavailableException>(() => PutAsync(store, "b", 1));
        await Eventually.Async("the views not to be ready", () => readiness.NotReadyBecause is not null);
        await proxy.RestoreAsync();

        await Eventually.Async("the views to be written again", async () =>
        {
            await PutAsync(store, "b", 1);
            return true;
        });
        readiness.NotReadyBecause.ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_server_that_does_not_answer_is_given_up_in_time_and_used_again_when_it_does()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
        var store = _storage.OpenThrough(proxy.Address).Stores.Open("orders", Tables);
        await PutAsync(store, "a", 0);

        await proxy.SpoilAsync("timeout", "downstream", new { timeout = 0 });
        await Eventually.Ends("the call to be given up", Should.ThrowAsync<ViewsUnavailableException>(async () => await store.GetAsync(new("things", "p", "a"), default)));
        await proxy.HealAsync("timeout");

        await Eventually.Async("the views to be read again", async () => await store.GetAsync(new("things", "p", "a"), default) is not null);
    }

    [SkippableFact]
    public async Task A_slow_server_is_only_slow()
    {
        await using var proxy = await Toxiproxy.ToAsync(Servers.Cassandra);
        var store = _storage.OpenThrough(proxy.Address).Stores.Open("orders", Tables);
        await proxy.SpoilAsync("latency", "downstream", new { latency = 300, jitter = 100 });

        await store.ApplyAsync([Row("a", 0), Row("b", 0)], new("kilo.orders", 0, 1, From: 0), default);

        (await store.SliceAsync(new("things", "p", "", null, 10), default)).Count.ShouldBe(2);
    }

    private IViewStore Open() => _storage.Open().Open("orders", Tables);

    private static RowChange Row(string sort, long stamp) => new(new("things", "p", sort), "x"u8.ToArray(), stamp);

    private static Task PutAsync(IViewStore store, string sort, long stamp) => store.ApplyAsync([Row(sort, stamp)], new("kilo.orders", 0, stamp + 1), default);
}

public sealed class CassandraSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Port=9042")]
    [InlineData("Contact Points=a;Port=x")]
    [InlineData("Contact Points=a;Ssl=perhaps")]
    [InlineData("Contact Points=a;Default Keyspace=no; drop")]
    public void What_is_no_connection_string_is_refused(string connectionString) =>
        Should.Throw<ArgumentException>(() => CassandraEngines.Where(connectionString, null));

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("dc1:3; dc2:3")]
    [InlineData("dc1:'")]
    public void What_is_no_replication_is_refused(string replication) =>
        Should.Throw<ArgumentException>(() => CassandraEngines.Where("Contact Points=a", replication));

    [Fact]
    public void Where_the_rows_are_tells_no_secret() =>
        CassandraEngines.Where("Contact Points=one,two;Port=9142;Username=kilo;Password=secret;Ssl=true;Local Datacenter=dc1", "dc1:3,dc2:3").ShouldBe("one:9142,two:9142/kilo");
}
#endif
