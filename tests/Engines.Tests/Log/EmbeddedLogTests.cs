using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Engines.Tests.Sqlite;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Log;

/// <summary>What the embedded log promises beyond its port: processes share a directory, and a failed group fails for everybody in it.</summary>
public sealed class EmbeddedLogTests : IAsyncLifetime
{
    private static readonly Topic Orders = new("kilo.orders", "orders", 8);

    private readonly EmbeddedStorage<IEventLog> _storage = Embedded.Log();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [Fact]
    public async Task Two_processes_see_each_others_appends()
    {
        var (one, other) = (_storage.Open(), _storage.Open());
        one.Epoch.ShouldBe(other.Epoch);

        var first = await one.AppendAsync(Orders, EventLogContract.Event("a"), default);
        var second = await other.AppendAsync(Orders, EventLogContract.Event("b"), default);

        second.Offset.ShouldBeGreaterThan(first.Offset);
        (await EventLogContract.ReadAllAsync(one, Orders)).Select(e => e.Position).ShouldBe([first, second]);
        (await EventLogContract.ReadAllAsync(other, Orders)).Select(e => e.Position).ShouldBe([first, second]);
        (await one.EndAsync(Orders, 0, default)).ShouldBe(await other.EndAsync(Orders, 0, default));
    }

    [Fact]
    public async Task Who_waits_in_one_process_wakes_up_when_another_appends()
    {
        var (one, other) = (_storage.Open(), _storage.Open());
        for (var i = 0; i < 3; i++)
        {
            var waiting = one.WaitAsync(Orders, 0, i, default);
            waiting.IsCompleted.ShouldBeFalse();

            await other.AppendAsync(Orders, EventLogContract.Event("a"), default);

            await Eventually.Ends("the other process's event", waiting);
            (await one.ReadAsync(Orders, 0, i, 1, default)).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Two_processes_that_append_at_once_share_no_offset()
    {
        IEventLog[] logs = [_storage.Open(), _storage.Open()];

        var positions = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            var mine = new List<LogPosition>();
            for (var i = 0; i < 25; i++)
            {
                mine.Add(await logs[writer % 2].AppendAsync(Orders, EventLogContract.Event("writer-" + writer), default));
            }
            return mine;
        })));

        (await EventLogContract.ReadAllAsync(logs[0], Orders)).Select(e => e.Position).ToHashSet().SetEquals(positions.SelectMany(p => p)).ShouldBeTrue();
        positions.Sum(p => p.Count).ShouldBe(positions.SelectMany(p => p).Distinct().Count());
    }

    [Fact]
    public async Task Processes_may_start_at_the_same_moment_in_an_empty_directory()
    {
        var logs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(_storage.Open)));

        logs.Select(l => l.Epoch).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_directory_is_another_epoch()
    {
        await using var elsewhere = Embedded.Log();

        elsewhere.Open().Epoch.ShouldNotBe(_storage.Open().Epoch);
    }

    [Fact]
    public async Task A_group_that_cannot_be_committed_fails_for_each_of_its_writers_and_the_next_goes_on()
    {
        var log = _storage.Open();
        await log.AppendAsync(Orders, EventLogContract.Event("before"), default);
        using var file = new SqliteFile(Path.Combine(_storage.Directory, "log", "log.db"));

        // While this transaction holds the file the writers gather behind it; then their table is gone.
        file.Execute("BEGIN IMMEDIATE");
        var appends = Enumerable.Range(0, 50).Select(i => log.AppendAsync(Orders, EventLogContract.Event("lost-" + i), default)).ToArray();
        file.Execute("ALTER TABLE \"kilo.orders\" RENAME TO away");
        file.Execute("COMMIT");

        foreach (var append in appends)
        {
            await Should.ThrowAsync<LogUnavailableException>(() => Eventually.Ends("the append to fail", append));
        }
        file.Execute("ALTER TABLE away RENAME TO \"kilo.orders\"");
        await log.AppendAsync(Orders, EventLogContract.Event("after"), default);
        (await EventLogContract.ReadAllAsync(log, Orders)).Select(e => e.Event.Key).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued()
    {
        var log = _storage.Open();
        var appends = Enumerable.Range(0, 100).Select(i => log.AppendAsync(Orders, EventLogContract.Event("key-" + i), default)).ToArray();

        await _storage.CloseAsync();

        await Eventually.Ends("every queued append", Task.WhenAll(appends));
        (await EventLogContract.ReadAllAsync(_storage.Open(), Orders)).Count.ShouldBe(100);
        await Should.ThrowAsync<ObjectDisposedException>(() => log.AppendAsync(Orders, EventLogContract.Event("late"), default));
    }
}
