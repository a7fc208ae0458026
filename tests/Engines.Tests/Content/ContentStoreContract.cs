using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.Testing;
using Kilo.Testing.InMemory;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

/// <summary>What every <see cref="IContentStore"/> promises.</summary>
public abstract partial class ContentStoreContract(Storage<IContentStore> storage, ManualTime time) : IAsyncLifetime
{
    private const int Small = 1_000, Large = 200_000;

    private readonly IContentStore _store = storage.Open();

    public static TheoryData<int> Sizes => [0, 1, 64 * 1024, 64 * 1024 + 1, 5_000_000];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => storage.DisposeAsync().AsTask();

    [SkippableTheory]
    [MemberData(nameof(Sizes))]
    public async Task A_committed_content_reads_back_whole(int size)
    {
        var bytes = Bytes(size);
        // What is expected is a hint: it may be missing or wrong.
        foreach (var expected in new long?[] { size, null, 0, size / 2, size + 1, long.MaxValue })
        {
            await using var staged = await _store.StageAsync(new MemoryStream(bytes), expected, default);
            await staged.CommitAsync(default);

            staged.Size.ShouldBe(size);
            staged.Hash.ShouldBe(HashOf(bytes));
            (await ReadAsync(staged.Hash)).ShouldBeBytes(bytes);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Sizes))]
    public async Task A_source_may_come_in_pieces_of_any_size(int size)
    {
        var bytes = Bytes(size);

        await using var staged = await _store.StageAsync(new TrickleStream(bytes), null, default);
        await staged.CommitAsync(default);

        (await ReadAsync(HashOf(bytes))).ShouldBeBytes(bytes);
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Nothing_is_visible_before_the_commit(int size)
    {
        await using var staged = await _store.StageAsync(new MemoryStream(Bytes(size)), size, default);
        (await ReadAsync(staged.Hash)).ShouldBeNull();

        await staged.CommitAsync(default);
        (await ReadAsync(staged.Hash)).ShouldNotBeNull();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Disposing_without_a_commit_leaves_nothing(int size)
    {
        var staged = await _store.StageAsync(new MemoryStream(Bytes(size)), size, default);
        await staged.DisposeAsync();

        (await ReadAsync(staged.Hash)).ShouldBeNull();
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_range_is_what_it_says_and_ends_with_the_content(int size)
    {
        var bytes = Bytes(size);
        var hash = await StoreAsync(bytes);

        (await ReadAsync(hash, 0, 10)).ShouldBeBytes(bytes[..10]);
        (await ReadAsync(hash, 100, 300)).ShouldBeBytes(bytes[100..400]);
        (await ReadAsync(hash, size - 1, 1)).ShouldBeBytes(bytes[^1..]);
        (await ReadAsync(hash, size - 10, 1_000_000)).ShouldBeBytes(bytes[^10..]);
        (await ReadAsync(hash, size - 10, long.MaxValue)).ShouldBeBytes(bytes[^10..]);
        (await ReadAsync(hash, 5, 0)).ShouldBeBytes([]);
        (await ReadAsync(hash, size, 10)).ShouldBeBytes([]);
        (await ReadAsync(hash, size + 1, 10)).ShouldBeBytes([]);
        (await ReadAsync(hash, long.MaxValue, long.MaxValue)).ShouldBeBytes([]);
    }

    [SkippableFact]
    public async Task What_was_never_stored_is_null_and_cannot_be_deleted()
    {
        (await ReadAsync(HashOf(Bytes(Small)))).ShouldBeNull();
        (await _store.DeleteAsync(HashOf(Bytes(Small)), DateTimeOffset.MaxValue, default)).ShouldBeFalse();
        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task An_equal_content_is_stored_once(int size)
    {
        await StoreAsync(Bytes(size));
        await StoreAsync(Bytes(size));

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBe([HashOf(Bytes(size))]);
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task An_untouched_content_is_found_and_deleted(int size)
    {
        var hash = await StoreAsync(Bytes(size));
        time.Advance(TimeSpan.FromHours(1));

        (await UntouchedAsync(time.Now)).ShouldBe([hash]);
        (await _store.DeleteAsync(hash, time.Now, default)).ShouldBeTrue();

        (await ReadAsync(hash)).ShouldBeNull();
        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        (await _store.DeleteAsync(hash, time.Now, default)).ShouldBeFalse();
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_content_that_was_written_at_or_after_the_moment_is_kept(int size)
    {
        var hash = await StoreAsync(Bytes(size));

        (await UntouchedAsync(time.Now)).ShouldBeEmpty();
        (await _store.DeleteAsync(hash, time.Now, default)).ShouldBeFalse();

        (await ReadAsync(hash)).ShouldBeBytes(Bytes(size));
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_content_that_was_renewed_since_is_kept(int size)
    {
        var hash = await StoreAsync(Bytes(size));
        time.Advance(TimeSpan.FromHours(1));
        var before = time.Now;
        time.Advance(TimeSpan.FromHours(1));
        await StoreAsync(Bytes(size));

        (await UntouchedAsync(before)).ShouldBeEmpty();
        (await _store.DeleteAsync(hash, before, default)).ShouldBeFalse();

        (await ReadAsync(hash)).ShouldBeBytes(Bytes(size));
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_deleted_content_can_be_stored_again(int size)
    {
        var hash = await StoreAsync(Bytes(size));
        time.Advance(TimeSpan.FromHours(1));
        await _store.DeleteAsync(hash, time.Now, default);

        await StoreAsync(Bytes(size));

        (await ReadAsync(hash)).ShouldBeBytes(Bytes(size));
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Who_reads_a_content_keeps_it_to_the_end_although_it_is_deleted(int size)
    {
        var hash = await StoreAsync(Bytes(size));
        time.Advance(TimeSpan.FromHours(1));
        await using var reading = (await _store.OpenAsync(hash, 0, long.MaxValue, default)).ShouldNotBeNull();

        (await _store.DeleteAsync(hash, time.Now, default)).ShouldBeTrue();

        (await DrainAsync(reading)).ShouldBeBytes(Bytes(size));
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Concurrent_commits_of_equal_content_leave_one_that_every_reader_sees_whole(int size)
    {
        var bytes = Bytes(size);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await using var staged = await _store.StageAsync(new MemoryStream(bytes), size, default);
                await staged.CommitAsync(default);
                (await ReadAsync(staged.Hash)).ShouldBeBytes(bytes);
            }
        })));

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBe([HashOf(bytes)]);
        ShouldHaveNoLeftOvers();
    }

    [SkippableFact]
    public async Task Concurrent_commits_of_different_contents_keep_each()
    {
        var contents = Enumerable.Range(0, 16 * 10).Select(i => Bytes(i % 5 == 0 ? Large : Small, seed: i)).ToArray();

        await Task.WhenAll(contents.Select(bytes => Task.Run(() => StoreAsync(bytes))));

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ToHashSet().SetEquals(contents.Select(HashOf)).ShouldBeTrue();
        foreach (var bytes in contents)
        {
            (await ReadAsync(HashOf(bytes))).ShouldBeBytes(bytes);
        }
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Of_concurrent_deletions_one_succeeds(int size)
    {
        for (var round = 0; round < 20; round++)
        {
            var hash = await StoreAsync(Bytes(size));
            time.Advance(TimeSpan.FromHours(1));

            var deleted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _store.DeleteAsync(hash, time.Now, default).AsTask())));

            deleted.Count(d => d).ShouldBe(1);
            (await ReadAsync(hash)).ShouldBeNull();
        }
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_renewal_wins_against_concurrent_sweeps(int size)
    {
        var bytes = Bytes(size);
        for (var round = 0; round < 40; round++)
        {
            await StoreAsync(bytes);
            time.Advance(TimeSpan.FromHours(1));
            var before = time.Now;

            await Task.WhenAll(
                Task.Run(() => StoreAsync(bytes)),
                Task.Run(() => _store.DeleteAsync(HashOf(bytes), before, default).AsTask()),
                Task.Run(() => _store.DeleteAsync(HashOf(bytes), before, default).AsTask()));

            (await ReadAsync(HashOf(bytes))).ShouldBeBytes(bytes);
        }
        await ShouldHaveNoLeftOversBehindASweepAsync();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Among_many_commits_and_deletions_at_once_no_commit_is_lost(int size)
    {
        var bytes = Bytes(size);
        for (var round = 0; round < 10; round++)
        {
            time.Advance(TimeSpan.FromHours(1));
            var before = time.Now;

            await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[]
            {
                Task.Run(async () =>
                {
                    await StoreAsync(bytes);
                    (await ReadAsync(HashOf(bytes))).ShouldBeBytes(bytes);
                }),
                Task.Run(() => _store.DeleteAsync(HashOf(bytes), before, default).AsTask()),
            }));

            (await ReadAsync(HashOf(bytes))).ShouldBeBytes(bytes);
        }
        await ShouldHaveNoLeftOversBehindASweepAsync();
    }

    [SkippableFact]
    public async Task After_a_crash_what_was_committed_is_there_and_what_was_staged_is_not()
    {
        storage.MustSurviveReopening();
        int[] sizes = [0, Small, Large];
        foreach (var size in sizes)
        {
            await StoreAsync(Bytes(size, seed: 1));
        }
        await using var small = await _store.StageAsync(new MemoryStream(Bytes(Small, seed: 2)), Small, default);
        await using var large = await _store.StageAsync(new MemoryStream(Bytes(Large, seed: 2)), Large, default);

        storage.Crash();
        var store = storage.Open();

        foreach (var size in sizes)
        {
            var kept = Bytes(size, seed: 1);
            (await DrainAsync((await store.OpenAsync(HashOf(kept), 0, long.MaxValue, default)).ShouldNotBeNull())).ShouldBeBytes(kept);
        }
        (await store.OpenAsync(small.Hash, 0, long.MaxValue, default)).ShouldBeNull();
        (await store.OpenAsync(large.Hash, 0, long.MaxValue, default)).ShouldBeNull();
        ShouldHaveNoLeftOvers();
    }

    [SkippableFact]
    public async Task What_another_process_is_staging_survives_that_this_one_opens()
    {
        storage.MustSurviveReopening();
        await using var staged = await _store.StageAsync(new MemoryStream(Bytes(Large)), Large, default);

        var other = storage.Open();
        await staged.CommitAsync(default);

        (await DrainAsync((await other.OpenAsync(staged.Hash, 0, long.MaxValue, default)).ShouldNotBeNull())).ShouldBeBytes(Bytes(Large));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(64 * 1024)]
    [InlineData(Large)]
    [InlineData(2_000_000)]
    public async Task A_source_that_fails_midway_leaves_nothing(int after)
    {
        await Should.ThrowAsync<EndOfStreamException>(() => _store.StageAsync(new BrokenStream(after, () => throw new EndOfStreamException()), 5_000_000, default));

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task Staging_that_is_cancelled_midway_leaves_nothing(int after)
    {
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => _store.StageAsync(new BrokenStream(after, cancel.Cancel), null, cancel.Token));

        (await UntouchedAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        ShouldHaveNoLeftOvers();
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_commit_that_is_cancelled_beforehand_can_be_tried_again(int size)
    {
        await using var staged = await _store.StageAsync(new MemoryStream(Bytes(size)), size, default);

        await Should.ThrowAsync<OperationCanceledException>(() => staged.CommitAsync(new CancellationToken(canceled: true)));
        (await ReadAsync(staged.Hash)).ShouldBeNull();

        await staged.CommitAsync(default);
        (await ReadAsync(staged.Hash)).ShouldBeBytes(Bytes(size));
    }

    private static byte[] Bytes(int size, int seed = 0)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ContentHash HashOf(byte[] bytes) => ContentHash.Of(SHA256.HashData(bytes));

    private async Task<ContentHash> StoreAsync(byte[] bytes)
    {
        await using var staged = await _store.StageAsync(new MemoryStream(bytes), bytes.Length, default);
        await staged.CommitAsync(default);
        return staged.Hash;
    }

    private async Task<byte[]?> ReadAsync(ContentHash hash, long offset = 0, long count = long.MaxValue) =>
        await _store.OpenAsync(hash, offset, count, default) is { } content ? await DrainAsync(content) : null;

    private static async Task<byte[]> DrainAsync(Stream content)
    {
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    private async Task<List<ContentHash>> UntouchedAsync(DateTimeOffset before)
    {
        var hashes = new List<ContentHash>();
        await foreach (var hash in _store.UntouchedSinceAsync(before, default))
        {
            hashes.Add(hash);
        }
        return hashes;
    }

    // The newest is too young for the sweep, and copies of it need not stay.
    private async Task ShouldHaveNoLeftOversBehindASweepAsync()
    {
        (await UntouchedAsync(time.Now)).ShouldBeEmpty();
        ShouldHaveNoLeftOvers();
    }

    private void ShouldHaveNoLeftOvers() => (storage.LeftOvers ?? []).ShouldBeEmpty();
}

public sealed class InMemoryContentStoreTests : ContentStoreContract
{
    public InMemoryContentStoreTests() : this(new ManualTime()) { }

    private InMemoryContentStoreTests(ManualTime time) : base(new InMemoryStorage<IContentStore>(new InMemoryContentStore(time)), time) { }
}

public sealed class EmbeddedContentStoreTests : ContentStoreContract
{
    public EmbeddedContentStoreTests() : this(new ManualTime()) { }

    private EmbeddedContentStoreTests(ManualTime time) : base(Embedded.Content(time), time) { }
}
