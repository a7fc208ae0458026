using System.Runtime.ExceptionServices;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Testing.InMemory;

/// <summary>Partial contents in a dictionary: what <see cref="IPartialContents"/> promises, except that memory grows with them.</summary>
internal sealed class InMemoryPartialContents(TimeProvider time, Func<byte[], IStagedContent> stage) : IPartialContents
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Guid, Partial> _partial = [];
    private readonly Lock _lock = new();

    public Task<bool> CreateAsync(Guid id, ReadOnlyMemory<byte> metadata, CancellationToken cancel)
    {
        lock (_lock)
        {
            return Task.FromResult(_partial.TryAdd(id, new Partial { Metadata = metadata.ToArray(), Touched = time.GetUtcNow() }));
        }
    }

    public ValueTask<byte[]?> FindAsync(Guid id, CancellationToken cancel)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_partial.GetValueOrDefault(id)?.Metadata);
        }
    }

    public async Task<IPartialContent?> TakeAsync(Guid id, CancellationToken cancel)
    {
        Partial? partial;
        lock (_lock)
        {
            partial = _partial.GetValueOrDefault(id);
        }
        if (partial is null)
        {
            return null;
        }
        var mine = new CancellationTokenSource();
        await Interlocked.Exchange(ref partial.Taken, mine).CancelAsync();
        if (!await partial.Gate.WaitAsync(LongestWait, cancel))
        {
            throw new PartialContentTakenException();
        }
        lock (_lock)
        {
            if (_partial.GetValueOrDefault(id) == partial)
            {
                return new Held(this, id, partial, mine.Token);
            }
        }
        partial.Gate.Release();
        return null;
    }

    public Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancel)
    {
        lock (_lock)
        {
            var old = _partial.Where(p => p.Value.Touched < before && p.Value.Gate.CurrentCount > 0).Select(p => p.Key).ToList();
            old.ForEach(id => _partial.Remove(id));
            return Task.FromResult(old.Count);
        }
    }

#pragma warning disable CA1001 // Nothing in it holds more than memory, and somebody may still wait for the gate of one that was dropped.
    private sealed class Partial
#pragma warning restore CA1001
    {
        public required byte[] Metadata;
        public required DateTimeOffset Touched;
        public readonly MemoryStream Bytes = new();
        public readonly SemaphoreSlim Gate = new(1);
        public CancellationTokenSource Taken = new();
    }

    private sealed class Held(InMemoryPartialContents owner, Guid id, Partial partial, CancellationToken taken) : IPartialContent
    {
        public ReadOnlyMemory<byte> Metadata => partial.Metadata;

        public long Length => partial.Bytes.Length;

        public DateTimeOffset Touched => partial.Touched;

        public async Task AppendAsync(Stream source, bool whole, CancellationToken cancel)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, taken);
            var (before, block, broken) = (Length, new byte[64 * 1024], (Exception?)null);
            try
            {
                int read;
                while ((read = await source.ReadAsync(block, ended.Token)) > 0)
                {
                    partial.Bytes.Write(block, 0, read);
                }
            }
            catch (Exception e)
            {
                broken = e is OperationCanceledException && taken.IsCancellationRequested && !cancel.IsCancellationRequested ? new PartialContentTakenException() : e;
            }
            if (broken is not null && whole)
            {
                partial.Bytes.SetLength(before);
            }
            partial.Touched = owner.Now;
            if (broken is not null)
            {
                ExceptionDispatchInfo.Throw(broken);
            }
        }

        public Task SaveAsync(ReadOnlyMemory<byte> metadata, CancellationToken cancel)
        {
            (partial.Metadata, partial.Touched) = (metadata.ToArray(), owner.Now);
            return Task.CompletedTask;
        }

        public Task<IStagedContent> CompleteAsync(CancellationToken cancel) => Task.FromResult(owner.Stage(partial.Bytes.ToArray()));

        public Task DropAsync(CancellationToken cancel)
        {
            lock (owner._lock)
            {
                owner._partial.Remove(id);
            }
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            partial.Gate.Release();
            return ValueTask.CompletedTask;
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private IStagedContent Stage(byte[] bytes) => stage(bytes);
}
