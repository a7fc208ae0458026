using System.Diagnostics;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

/// <summary>What a content store over objects promises beyond the port: contents in pieces, outages, left-overs.</summary>
/// <param name="storage">Where it is.</param>
/// <param name="time">Its clock, which says what the server's says.</param>
public abstract class ObjectContentTests(ObjectStorage storage, ManualTime time) : IAsyncLifetime
{
    // More than two pieces.
    private const int InPieces = 20_000_000;

    private readonly ManualTime _time = time;
    private readonly ObjectStorage _storage = storage;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [SkippableTheory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(InPieces)]
    public async Task A_content_in_pieces_reads_back_whole_and_in_ranges(int beyondOne)
    {
        var size = _storage.Largest + beyondOne;
        var (store, bytes) = (_storage.Open(), Bytes(size));
        await using (var staged = await store.StageAsync(new TrickleStream(bytes), null, default))
        {
            (await store.OpenAsync(staged.Hash, 0, 1, default)).ShouldBeNull();
            await staged.CommitAsync(default);
        }

        foreach (var (offset, count) in new (int, int)[] { (0, size), (size - 1, 5), (size / 2, 100), (_storage.Largest - 10, 20), (size - 100, 100), (0, 0), (size, 1) })
        {
            (await ReadAsync(store, HashOf(bytes), offset, count)).ShouldBeBytes(bytes[offset..Math.Min(size, offset + count)]);
        }
        (await _storage.KeysAsync()).ShouldNotContain(k => k.StartsWith("unsettled/", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_content_in_pieces_that_is_not_committed_leaves_nothing()
    {
        var store = _storage.Open();
        await using (await store.StageAsync(new MemoryStream(Bytes(InPieces)), null, default))
        {
            (await _storage.KeysAsync()).ShouldNotBeEmpty();
        }
        (await _storage.KeysAsync()).ShouldBeEmpty();

        await Should.ThrowAsync<EndOfStreamException>(() => store.StageAsync(new BrokenStream(InPieces, () => throw new EndOfStreamException()), null, default));
        (await _storage.KeysAsync()).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task What_a_process_left_that_died_while_staging_is_swept_a_day_later_and_nothing_else()
    {
        var (store, kept, deleted) = (_storage.Open(), Bytes(InPieces, seed: 1), Bytes(InPieces, seed: 2));
        await StoreAsync(store, kept);
        await StoreAsync(store, deleted);
        _time.Advance(TimeSpan.FromHours(1));
        (await store.DeleteAsync(HashOf(deleted), _time.Now, default)).ShouldBeTrue();
        // Never disposed of.
        await store.StageAsync(new MemoryStream(Bytes(InPieces, seed: 3)), null, default);

        await store.Partial.SweepAsync(_time.Now, default);
        (await BlobsAsync()).ShouldBe(3, "a day has not passed");
        _time.Advance(TimeSpan.FromDays(2));
        await store.Partial.SweepAsync(_time.Now, default);

        (await BlobsAsync()).ShouldBe(1);
        (await _storage.KeysAsync()).ShouldNotContain(k => k.StartsWith("unsettled/", StringComparison.Ordinal));
        (await ReadAsync(store, HashOf(kept))).ShouldBeBytes(kept);
    }

    [SkippableFact]
    public async Task Who_reads_a_content_in_pieces_keeps_it_to_the_end_although_it_is_deleted_or_stored_again()
    {
        var (store, bytes) = (_storage.Open(), Bytes(InPieces));
        await StoreAsync(store, bytes);
        await using var one = (await store.OpenAsync(HashOf(bytes), 0, long.MaxValue, default)).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromHours(1));
        await StoreAsync(store, bytes);
        await using var other = (await store.OpenAsync(HashOf(bytes), 0, long.MaxValue, default)).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromHours(1));

        (await store.DeleteAsync(HashOf(bytes), _time.Now, default)).ShouldBeTrue();

        (await DrainAsync(one)).ShouldBeBytes(bytes);
        (await DrainAsync(other)).ShouldBeBytes(bytes);
        (await store.OpenAsync(HashOf(bytes), 0, 1, default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Two_processes_that_commit_and_delete_the_same_content_in_pieces_at_once_never_lose_it()
    {
        var (stores, bytes) = (new[] { _storage.Open(), _storage.Open() }, Bytes(9_000_000));
        for (var round = 0; round < 4; round++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            var before = _time.Now;
            await Task.WhenAll(stores.SelectMany(store => new[]
            {
                Task.Run(async () =>
                {
                    await StoreAsync(store, bytes);
                    (await ReadAsync(store, HashOf(bytes))).ShouldBeBytes(bytes);
                }),
                Task.Run(() => store.DeleteAsync(HashOf(bytes), before, default).AsTask()),
            }));
            (await ReadAsync(stores[0], HashOf(bytes))).ShouldBeBytes(bytes);
        }
        _storage.LeftOvers.Count(k => k.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task An_upload_in_pieces_becomes_a_content_that_outlives_it_and_goes_with_its_deletion()
    {
        var (store, bytes, id) = (_storage.Open(), Bytes(InPieces), Guid.NewGuid());
        await store.Partial.CreateAsync(id, new byte[1], default);
        await using (var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull())
        {
            await partial.AppendAsync(new MemoryStream(bytes[..9_000_000]), whole: false, default);
            await partial.AppendAsync(new MemoryStream(bytes[9_000_000..]), whole: true, default);
            for (var i = 0; i < 2; i++)
            {
                await (await partial.CompleteAsync(default)).CommitAsync(default);
                _time.Advance(TimeSpan.FromHours(1));
            }
            await partial.DropAsync(default);
        }
        _time.Advance(TimeSpan.FromDays(2));
        await store.Partial.SweepAsync(_time.Now, default);
        (await ReadAsync(store, HashOf(bytes))).ShouldBeBytes(bytes);

        (await store.DeleteAsync(HashOf(bytes), _time.Now, default)).ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(2));
        await store.Partial.SweepAsync(_time.Now, default);

        (await BlobsAsync()).ShouldBe(0);
    }

    [SkippableFact]
    public async Task Many_small_pieces_become_few()
    {
        var (store, bytes, id) = (_storage.Open(), Bytes(400_000), Guid.NewGuid());
        await store.Partial.CreateAsync(id, new byte[1], default);
        await using var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull();
        foreach (var piece in bytes.Chunk(10_000))
        {
            await partial.AppendAsync(new MemoryStream(piece), whole: false, default);
        }

        (await _storage.KeysAsync()).Count(k => k.StartsWith("blobs/", StringComparison.Ordinal)).ShouldBeLessThan(20);
        await (await partial.CompleteAsync(default)).CommitAsync(default);
        (await ReadAsync(store, HashOf(bytes))).ShouldBeBytes(bytes);
    }

    [SkippableFact]
    public async Task A_holder_without_a_sign_of_life_is_shut_out_within_seconds_and_what_it_sends_later_does_not_count()
    {
        await using var way = await WayAsync();
        var (dead, living, id) = (_storage.OpenProcess(way.Address).GetRequiredService<IContentStore>(), _storage.Open(), Guid.NewGuid());
        await living.Partial.CreateAsync(id, new byte[1], default);
        await using var lost = (await dead.Partial.TakeAsync(id, default)).ShouldNotBeNull();
        await lost.AppendAsync(new MemoryStream(Bytes(1_000)), whole: false, default);
        await way.EnableAsync(false);

        var started = Stopwatch.GetTimestamp();
        await using var taken = (await living.Partial.TakeAsync(id, default)).ShouldNotBeNull();
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(6));
        await taken.AppendAsync(new MemoryStream(Bytes(2_000, seed: 2)), whole: false, default);
        await way.EnableAsync(true);

        await Should.ThrowAsync<PartialContentTakenException>(() => lost.AppendAsync(new MemoryStream(Bytes(5_000, seed: 3)), whole: false, default));
        (taken.Length, (await taken.CompleteAsync(default)).Hash).ShouldBe((3_000, HashOf([.. Bytes(1_000), .. Bytes(2_000, seed: 2)])));
    }

    [SkippableFact]
    public async Task A_server_that_comes_later_is_waited_for_and_then_used()
    {
        await using var way = await WayAsync(enabled: false);
        var process = _storage.OpenProcess(way.Address);
        var (store, notReadyBecause) = (process.GetRequiredService<IContentStore>(), await ObjectStorage.ReadinessOf(process));
        await Eventually.Async("the reason", () => notReadyBecause() is { } reason && reason.StartsWith("Waiting for ", StringComparison.Ordinal) && reason.Contains(way.Address, StringComparison.Ordinal));
        var started = Stopwatch.GetTimestamp();
        await Should.ThrowAsync<ContentUnavailableException>(() => StoreAsync(store, Bytes(10)));
        await Should.ThrowAsync<ContentUnavailableException>(() => store.OpenAsync(HashOf(Bytes(10)), 0, 1, default).AsTask());
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(12));

        await way.EnableAsync(true);

        await Eventually.Async("readiness", () => notReadyBecause() is null);
        await StoreAsync(store, Bytes(10));
        (await ReadAsync(store, HashOf(Bytes(10)))).ShouldBeBytes(Bytes(10));
    }

    [SkippableFact]
    public async Task An_outage_in_the_middle_is_said_in_time_and_heals()
    {
        await using var way = await WayAsync();
        var (store, bytes, id) = (_storage.OpenProcess(way.Address).GetRequiredService<IContentStore>(), Bytes(InPieces), Guid.NewGuid());
        await store.Partial.CreateAsync(id, new byte[1], default);
        await using (var partial = (await store.Partial.TakeAsync(id, default)).ShouldNotBeNull())
        {
            await partial.AppendAsync(new MemoryStream(bytes[..100_000]), whole: false, default);
            await way.EnableAsync(false);
            var started = Stopwatch.GetTimestamp();
            await Should.ThrowAsync<ContentUnavailableException>(() => store.StageAsync(new MemoryStream(bytes), null, default));
            await Should.ThrowAsync<ContentUnavailableException>(() => partial.AppendAsync(new MemoryStream(bytes[100_000..]), whole: false, default));
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30));
            partial.Length.ShouldBe(100_000);
        }
        await way.EnableAsync(true);

        IPartialContent? taken = null;
        await Eventually.Async("it to be taken again", async () => (taken = await store.Partial.TakeAsync(id, default)) is not null);
        await using var again = taken!;
        again.Length.ShouldBe(100_000);
        await again.AppendAsync(new MemoryStream(bytes[100_000..]), whole: false, default);
        await (await again.CompleteAsync(default)).CommitAsync(default);
        (await ReadAsync(store, HashOf(bytes))).ShouldBeBytes(bytes);
    }

    [SkippableFact]
    public async Task A_download_whose_connections_are_cut_goes_on_behind_the_cut()
    {
        await using var way = await WayAsync();
        var bytes = Bytes(InPieces);
        await StoreAsync(_storage.Open(), bytes);
        await way.AddAsync("limit_data", new { bytes = 3_000_000 });

        (await ReadAsync(_storage.OpenProcess(way.Address).GetRequiredService<IContentStore>(), HashOf(bytes))).ShouldBeBytes(bytes);
    }

    private Task<Toxics> WayAsync(bool enabled = true) => Toxics.ToAsync(_storage.Server, enabled);

    private async Task<int> BlobsAsync() =>
        (await _storage.KeysAsync()).Where(k => k.StartsWith("blobs/", StringComparison.Ordinal)).Select(k => k.Split('/')[1]).Distinct().Count();

    private static byte[] Bytes(int size, int seed = 0)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ContentHash HashOf(byte[] bytes) => ContentHash.Of(SHA256.HashData(bytes));

    private static async Task StoreAsync(IContentStore store, byte[] bytes)
    {
        await using var staged = await store.StageAsync(new MemoryStream(bytes), bytes.Length, default);
        await staged.CommitAsync(default);
    }

    private static async Task<byte[]?> ReadAsync(IContentStore store, ContentHash hash, long offset = 0, long count = long.MaxValue) =>
        await store.OpenAsync(hash, offset, count, default) is { } content ? await DrainAsync(content) : null;

    private static async Task<byte[]> DrainAsync(Stream content)
    {
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }
}

/// <summary>Tests that measure the process: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>What a content store over objects takes of the process.</summary>
/// <param name="storage">Where it is.</param>
/// <param name="most">So many megabytes may be in use besides.</param>
public abstract class ObjectMemoryTests(ObjectStorage storage, int most) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => storage.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Memory_does_not_grow_with_a_content()
    {
        const long Size = 256L * 1024 * 1024;
        var (store, before, seen) = (storage.Open(), GC.GetTotalMemory(forceFullCollection: true), 0L);
        await using var staged = await store.StageAsync(new ZeroStream(Size, Look), Size, default);
        await staged.CommitAsync(default);

        staged.Size.ShouldBe(Size);
        await using (var content = (await store.OpenAsync(staged.Hash, 0, long.MaxValue, default)).ShouldNotBeNull())
        {
            var (block, read, total) = (new byte[128 * 1024], 0, 0L);
            while ((read = await content.ReadAsync(block)) > 0)
            {
                total += read;
                Look();
            }
            total.ShouldBe(Size);
        }
        seen.ShouldBeLessThan(most * 1024L * 1024);

        // How long the runtime leaves what nobody uses any more is up to what ran before.
        void Look()
        {
            var taken = GC.GetTotalMemory(forceFullCollection: false) - before;
            seen = Math.Max(seen, taken < most * 1024L * 1024 ? taken : GC.GetTotalMemory(forceFullCollection: true) - before);
        }
    }

    /// <summary>So many zeros; calls back with each read.</summary>
    private sealed class ZeroStream(long size, Action onRead) : ReadOnlyStream
    {
        private long _left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            onRead();
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Clear();
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
