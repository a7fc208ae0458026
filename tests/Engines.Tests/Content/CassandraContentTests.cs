#if FULL_FEED
using System.Diagnostics;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

[Collection(CassandraKeyspaces.Name)]
public sealed class CassandraContentStoreTests : ContentStoreContract
{
    public CassandraContentStoreTests(CassandraKeyspaces keyspaces) : this(keyspaces, new ManualTime()) { }

    private CassandraContentStoreTests(CassandraKeyspaces keyspaces, ManualTime time) : base(CassandraContentStorage.With(keyspaces, time), time) { }
}

[Collection(CassandraKeyspaces.Name)]
public sealed class CassandraObjectContentTests : ObjectContentTests
{
    public CassandraObjectContentTests(CassandraKeyspaces keyspaces) : this(keyspaces, new ManualTime(DateTimeOffset.UtcNow)) { }

    private CassandraObjectContentTests(CassandraKeyspaces keyspaces, ManualTime time) : base(CassandraContentStorage.With(keyspaces, time), time) { }
}

/// <summary>What the content store in Cassandra promises beyond: rows of bounded size, left-overs of objects, damage.</summary>
[Collection(CassandraKeyspaces.Name)]
public sealed class CassandraContentTests(CassandraKeyspaces keyspaces) : IAsyncLifetime
{
    private readonly CassandraContentStorage _storage = CassandraContentStorage.With(keyspaces, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task No_row_has_more_bytes_than_a_piece_and_no_two_lie_together()
    {
        var store = _storage.Open();
        await StoreAsync(store, Bytes(3 * _storage.Largest + 1));

        var rows = await _storage.RunAsync("SELECT object, body FROM {0}.content_bytes");

        rows.Select(r => r.GetValue<byte[]>("body").Length).Order().ShouldBe([1, _storage.Largest, _storage.Largest, _storage.Largest]);
        (await PartitionKeyAsync("content_bytes")).ShouldBe(["object"]);
    }

    [SkippableFact]
    public async Task Contents_are_spread_over_partitions_and_all_of_them_are_found()
    {
        var store = _storage.Open();
        var hashes = new HashSet<ContentHash>();
        for (var i = 0; i < 300; i++)
        {
            hashes.Add(await StoreAsync(store, BitConverter.GetBytes(i)));
        }

        var found = new List<ContentHash>();
        await foreach (var hash in store.UntouchedSinceAsync(DateTimeOffset.MaxValue, default))
        {
            found.Add(hash);
        }

        found.Count.ShouldBe(300);
        hashes.SetEquals(found).ShouldBeTrue();
        (await _storage.RunAsync("SELECT DISTINCT folder FROM {0}.content_objects")).Count().ShouldBeGreaterThan(250);
    }

    [SkippableFact]
    public async Task A_range_asks_for_no_more_pieces_than_it_needs()
    {
        await using var way = await Toxiproxy.ToAsync(_storage.Server);
        var bytes = Bytes(20 * _storage.Largest);
        var hash = await StoreAsync(_storage.Open(), bytes);
        var store = _storage.OpenProcess(way.Address).GetRequiredService<IContentStore>();
        // Two and a half pieces a second: all of it would take eight.
        await way.SpoilAsync("bandwidth", "downstream", new { rate = 2_500 * _storage.Largest / 1024 / 1_000 });

        var started = Stopwatch.GetTimestamp();
        (await ReadAsync(store, hash, bytes.Length - 100, 50)).ShouldBe(bytes[^100..^50]);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(4));
    }

    [SkippableTheory]
    [InlineData(5_000)]
    [InlineData(2_000_000)]
    public async Task Damaged_bytes_are_not_given_out(int size)
    {
        var store = _storage.Open();
        var hash = await StoreAsync(store, Bytes(size));
        var row = (await _storage.RunAsync("SELECT object, body FROM {0}.content_bytes")).MinBy(r => r.GetValue<string>("object"), StringComparer.Ordinal)!;
        var body = row.GetValue<byte[]>("body");
        body[body.Length / 2] ^= 1;
        await _storage.RunAsync("UPDATE {0}.content_bytes SET body = ? WHERE object = ?", body, row.GetValue<string>("object"));

        (await Should.ThrowAsync<ContentUnavailableException>(() => ReadAsync(store, hash, 0, 100))).Message.ShouldContain("damaged");
    }

    [SkippableTheory]
    [InlineData(5_000)]
    [InlineData(2_000_000)]
    public async Task Bytes_that_are_missing_are_said_to_be(int size)
    {
        var hash = await StoreAsync(_storage.Open(), Bytes(size));
        await _storage.RunAsync("TRUNCATE {0}.content_bytes");

        await Eventually.Ends("the reading to be given up", Should.ThrowAsync<ContentUnavailableException>(() => ReadAsync(_storage.Open(), hash, 0, 100)));
    }

    [SkippableFact]
    public async Task What_a_process_left_that_died_while_committing_is_never_seen_and_swept_a_day_later()
    {
        var (store, bytes) = (_storage.Open(), Bytes(5_000));
        var hash = await StoreAsync(store, bytes);
        var row = (await _storage.RunAsync("SELECT folder, name, size FROM {0}.content_objects")).Single();
        var (folder, name, size) = (row.GetValue<string>("folder"), row.GetValue<string>("name"), row.GetValue<int>("size"));
        // As it is one write before the end.
        await _storage.RunAsync("DELETE whole FROM {0}.content_objects WHERE folder = ? AND name = ?", folder, name);

        var another = _storage.Open();
        (await ReadAsync(another, hash)).ShouldBeNull();
        (await UntouchedAsync(another)).ShouldBeEmpty();
        (await _storage.KeysAsync()).ShouldHaveSingleItem("it may still be under way");

        await _storage.RunAsync("DELETE FROM {0}.content_objects USING TIMESTAMP ? WHERE folder = ? AND name = ?", Micros(DateTimeOffset.UtcNow), folder, name);
        await _storage.RunAsync("TRUNCATE {0}.content_objects");
        await _storage.RunAsync("INSERT INTO {0}.content_objects (folder, name, size) VALUES (?, ?, ?) USING TIMESTAMP ?", folder, name, size, Micros(DateTimeOffset.UtcNow.AddDays(-2)));
        (await UntouchedAsync(another)).ShouldBeEmpty();

        (await _storage.KeysAsync()).ShouldBeEmpty();
        (await _storage.ForgottenBytesAsync()).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Two_processes_that_store_the_same_at_once_leave_it_once_and_whole()
    {
        var (one, other, bytes) = (_storage.Open(), _storage.Open(), Bytes(2_000_000));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => StoreAsync(i % 2 == 0 ? one : other, bytes)));

        (await UntouchedAsync(one)).ShouldHaveSingleItem();
        (await ReadAsync(other, ContentHash.Of(SHA256.HashData(bytes)))).ShouldBeBytes(bytes);
        (await _storage.KeysAsync()).Count(k => k.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_server_that_does_not_answer_is_given_up_in_time_and_used_again_when_it_does()
    {
        await using var way = await Toxiproxy.ToAsync(_storage.Server);
        var store = _storage.OpenProcess(way.Address).GetRequiredService<IContentStore>();
        var hash = await StoreAsync(store, Bytes(5_000));
        await way.SpoilAsync("timeout", "downstream", new { timeout = 0 });

        await Eventually.Ends("the reading to be given up", Should.ThrowAsync<ContentUnavailableException>(() => ReadAsync(store, hash)), TimeSpan.FromSeconds(15));
        await Eventually.Ends("the writing to be given up", Should.ThrowAsync<ContentUnavailableException>(() => StoreAsync(store, Bytes(6_000))), TimeSpan.FromSeconds(25));
        await way.HealAsync("timeout");

        await Eventually.Async("the content to be read again", async () =>
        {
            try
            {
                return await ReadAsync(store, hash) is { Length: 5_000 };
            }
            catch (ContentUnavailableException)
            {
                return false;
            }
        });
    }

    private async Task<List<string>> PartitionKeyAsync(string table) =>
        [.. (await _storage.RunAsync($"SELECT column_name, kind FROM system_schema.columns WHERE keyspace_name = '{{0}}' AND table_name = '{table}'"))
            .Where(r => r.GetValue<string>("kind") is "partition_key" or "clustering").Select(r => r.GetValue<string>("column_name"))];

    private static long Micros(DateTimeOffset moment) => (long)(moment - DateTimeOffset.UnixEpoch).TotalMicroseconds;

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static async Task<ContentHash> StoreAsync(IContentStore store, byte[] bytes)
    {
        await using var staged = await store.StageAsync(new MemoryStream(bytes), bytes.Length, default);
        await staged.CommitAsync(default);
        return staged.Hash;
    }

    private static async Task<byte[]?> ReadAsync(IContentStore store, ContentHash hash, long offset = 0, long count = long.MaxValue)
    {
        await using var content = await store.OpenAsync(hash, offset, count, default);
        if (content is null)
        {
            return null;
        }
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<List<ContentHash>> UntouchedAsync(IContentStore store)
    {
        var hashes = new List<ContentHash>();
        await foreach (var hash in store.UntouchedSinceAsync(DateTimeOffset.MaxValue, default))
        {
            hashes.Add(hash);
        }
        return hashes;
    }
}

// The driver makes an array of each piece, which is collected in time.
[Collection(Alone.Name)]
public sealed class CassandraContentMemoryTests(CassandraKeyspaces keyspaces) : ObjectMemoryTests(CassandraContentStorage.With(keyspaces, TimeProvider.System), most: 192), IClassFixture<CassandraKeyspaces>;
#endif
