using Kilo.BuildingBlocks.Content;
using Kilo.Engines.Tests.Sqlite;
using Kilo.Testing;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

/// <summary>What the embedded content store promises about its files.</summary>
public sealed class EmbeddedContentTests : IAsyncLifetime
{
    private const int Small = 1_000, Large = 200_000;

    private readonly ManualTime _time = new();
    private readonly EmbeddedStorage<IContentStore> _storage;

    public EmbeddedContentTests() => _storage = Embedded.Content(_time);

    private string Content => Path.Combine(_storage.Directory, "content");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _storage.DisposeAsync().AsTask();

    [Fact]
    public async Task Large_contents_are_files_and_small_ones_are_not()
    {
        var store = _storage.Open();
        await StoreAsync(store, Small);
        var large = await StoreAsync(store, Large);

        Files().ShouldBe([Path.Combine(Content, large.Hex[..2], large.Hex[2..4], large.Hex)]);
    }

    [Fact]
    public async Task A_sweep_that_a_crash_interrupted_is_taken_back()
    {
        var hash = await StoreAsync(_storage.Open(), Large);
        File.Move(Files().Single(), Path.Combine(Content, "tmp", $"swept-{hash.Hex}-{Guid.NewGuid():N}"));
        (await _storage.Open().OpenAsync(hash, 0, 1, default)).ShouldNotBeNull().Dispose();

        _storage.LeftOvers.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_interrupted_sweep_left_gives_way_to_an_equal_content_that_was_stored_since()
    {
        var hash = await StoreAsync(_storage.Open(), Large);
        var home = Files().Single();
        File.Copy(home, Path.Combine(Content, "tmp", $"swept-{hash.Hex}-{Guid.NewGuid():N}"));

        (await _storage.Open().OpenAsync(hash, 0, 1, default)).ShouldNotBeNull().Dispose();

        _storage.LeftOvers.ShouldBeEmpty();
        Files().ShouldBe([home]);
    }

    [Fact]
    public async Task Files_that_died_with_their_writer_are_removed()
    {
        _storage.Open();
        await File.WriteAllBytesAsync(Path.Combine(Content, "tmp", Guid.NewGuid().ToString("N")), new byte[100]);

        _storage.Open();

        _storage.LeftOvers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Two_processes_see_each_others_contents_renewals_and_deletions(int size)
    {
        var (one, other) = (_storage.Open(), _storage.Open());
        var hash = await StoreAsync(one, size);
        _time.Advance(TimeSpan.FromHours(1));
        var before = _time.Now;

        await StoreAsync(other, size);
        (await one.DeleteAsync(hash, before, default)).ShouldBeFalse();
        _time.Advance(TimeSpan.FromHours(1));
        (await one.DeleteAsync(hash, _time.Now, default)).ShouldBeTrue();

        (await other.OpenAsync(hash, 0, 1, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Small_contents_that_cannot_be_committed_fail_for_each_of_their_writers_and_nothing_is_visible()
    {
        var store = _storage.Open();
        using var file = new SqliteFile(Path.Combine(Content, "packed.db"));
        var staged = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.StageAsync(new MemoryStream(Bytes(Small + i)), null, default)));

        file.Execute("BEGIN IMMEDIATE");
        var commits = staged.Select(s => s.CommitAsync(default)).ToArray();
        file.Execute("ALTER TABLE content RENAME TO away");
        file.Execute("COMMIT");

        foreach (var commit in commits)
        {
            await Should.ThrowAsync<ContentUnavailableException>(() => Eventually.Ends("the commit to fail", commit));
        }
        file.Execute("ALTER TABLE away RENAME TO content");
        foreach (var content in staged)
        {
            (await store.OpenAsync(content.Hash, 0, 1, default)).ShouldBeNull();
            await content.CommitAsync(default);
            (await store.OpenAsync(content.Hash, 0, 1, default)).ShouldNotBeNull().Dispose();
        }
    }

    [Fact]
    public async Task A_large_content_that_cannot_be_put_in_its_place_is_unavailable_and_leaves_nothing()
    {
        var store = _storage.Open();
        ContentHash hash;
        await using (var staged = await store.StageAsync(new MemoryStream(Bytes(Large)), Large, default))
        {
            hash = staged.Hash;
            // A file stands where the content's folder should be.
            await File.WriteAllTextAsync(Path.Combine(Content, hash.Hex[..2]), "in the way");
            await Should.ThrowAsync<ContentUnavailableException>(() => staged.CommitAsync(default));
        }
        File.Delete(Path.Combine(Content, hash.Hex[..2]));

        (await store.OpenAsync(hash, 0, 1, default)).ShouldBeNull();
        _storage.LeftOvers.ShouldBeEmpty();
        await StoreAsync(store, Large);
        (await store.OpenAsync(hash, 0, 1, default)).ShouldNotBeNull().Dispose();
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static async Task<ContentHash> StoreAsync(IContentStore store, int size)
    {
        await using var staged = await store.StageAsync(new MemoryStream(Bytes(size)), size, default);
        await staged.CommitAsync(default);
        return staged.Hash;
    }

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Content, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).Length == 64);
}
