using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Testing.InMemory;

/// <summary>Contents in a dictionary: what <see cref="IContentStore"/> promises, except that memory grows with them.</summary>
public sealed class InMemoryContentStore : IContentStore
{
    private readonly TimeProvider _time;
    private sealed record Content(byte[] Bytes, DateTimeOffset Touched);

    private readonly Dictionary<ContentHash, Content> _contents = [];
    private readonly Lock _lock = new();

    /// <param name="time">When a content was last written or renewed.</param>
    public InMemoryContentStore(TimeProvider time) => (_time, Partial) = (time, new InMemoryPartialContents(time, bytes => new Staged(this, bytes)));

    /// <inheritdoc />
    public IPartialContents Partial { get; }

    /// <inheritdoc />
    public async Task<IStagedContent> StageAsync(Stream source, long? expected, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var bytes = new MemoryStream();
        await source.CopyToAsync(bytes, cancel);
        return new Staged(this, bytes.ToArray());
    }

    /// <inheritdoc />
    public ValueTask<Stream?> OpenAsync(ContentHash hash, long offset, long count, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_contents.TryGetValue(hash, out var content))
            {
                return ValueTask.FromResult<Stream?>(null);
            }
            var from = (int)Math.Min(offset, content.Bytes.Length);
            return ValueTask.FromResult<Stream?>(new MemoryStream(content.Bytes, from, (int)Math.Min(count, content.Bytes.Length - from), writable: false));
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ContentHash> UntouchedSinceAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        List<ContentHash> untouched;
        lock (_lock)
        {
            untouched = [.. _contents.Where(c => c.Value.Touched < before).Select(c => c.Key)];
        }
        foreach (var hash in untouched)
        {
            cancel.ThrowIfCancellationRequested();
            yield return hash;
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(ContentHash hash, DateTimeOffset before, CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_contents.TryGetValue(hash, out var content) && content.Touched < before && _contents.Remove(hash));
        }
    }

    private sealed class Staged(InMemoryContentStore store, byte[] bytes) : IStagedContent
    {
        public ContentHash Hash { get; } = ContentHash.Of(SHA256.HashData(bytes));

        public long Size => bytes.Length;

        public Task CommitAsync(CancellationToken cancel)
        {
            if (cancel.IsCancellationRequested)
            {
                return Task.FromCanceled(cancel);
            }
            lock (store._lock)
            {
                store._contents[Hash] = new Content(bytes, store.Now);
            }
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private DateTimeOffset Now => _time.GetUtcNow();
}
