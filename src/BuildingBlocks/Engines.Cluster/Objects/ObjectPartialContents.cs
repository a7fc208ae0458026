using System.Collections.Concurrent;
using System.Diagnostics;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// Partial contents: a chain of states each, and a blob. Whoever has one is named by the newest state. Who wants it asks, by an object that the holder looks for;
/// when there is no sign of the holder for a few seconds, the next state shuts them out: they can put pieces, but none that counts.
/// </summary>
internal sealed class ObjectPartialContents(ObjectContentStore store, IObjects objects, TimeProvider time) : IPartialContents, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    // Whoever has one changes it more often.
    private static readonly TimeSpan Held = TimeSpan.FromHours(1);

    // How long a state that says "dropped" stands in the way of whoever was shut out before.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    // A hash of which nobody has heard for long is read again.
    private const int MostHashes = 1024;

    private readonly ConcurrentDictionary<Guid, HeldPartialContent> _held = [];
    private readonly ConcurrentDictionary<Guid, HashSoFar> _hashes = [];

    public async Task<bool> CreateAsync(Guid id, ReadOnlyMemory<byte> metadata, CancellationToken cancel)
    {
        while (true)
        {
            var newest = await NewestAsync(id, cancel);
            if (newest is { State.IsDropped: false })
            {
                return false;
            }
            var state = new PartialState
            {
                Change = Guid.NewGuid(),
                Touched = time.GetUtcNow().UtcTicks,
                Pieces = new Pieces(PartialState.NewBlob(id), []),
                Metadata = metadata.ToArray(),
            };
            if ((await PutAsync(id, newest is null ? 0 : newest.Number + 1, state, cancel))?.Change == state.Change)
            {
                return true;
            }
        }
    }

    public async ValueTask<byte[]?> FindAsync(Guid id, CancellationToken cancel) => await NewestAsync(id, cancel) is { State.IsDropped: false } newest ? newest.State.Metadata : null;

    public async Task<IPartialContent?> TakeAsync(Guid id, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var (seen, seenSince) = (-1, started);
        while (true)
        {
            var newest = await NewestAsync(id, cancel);
            if (newest is null or { State.IsDropped: true })
            {
                return null;
            }
            if (newest.Number != seen)
            {
                (seen, seenSince) = (newest.Number, Stopwatch.GetTimestamp());
            }
            // A holder that lives lets go, or says that it will.
            var holder = _held.TryGetValue(id, out var held) && held.Holder == newest.State.Holder ? held : null;
            var isFree = newest.State.Holder is null || (!newest.State.IsEnding && holder is null && Stopwatch.GetElapsedTime(seenSince) > LongestSilence);
            if (isFree)
            {
                if (await TryTakeAsync(id, newest, cancel) is { } taken)
                {
                    return await ReadyAsync(taken, newest.IsWanted, cancel);
                }
                continue;
            }
            if (Stopwatch.GetElapsedTime(started) > LongestWait)
            {
                throw new PartialContentTakenException();
            }
            if (holder is not null)
            {
                holder.LetGo();
            }
            else if (!newest.IsWanted)
            {
                await objects.PutAsync(PartialState.WantedKey(id), ArraySegment<byte>.Empty, onlyNew: false, cancel);
            }
            await Task.Delay(Retry, cancel);
        }
    }

    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var dropped = 0;
        await foreach (var folder in objects.FoldersAsync(PartialState.All, cancel))
        {
            if (Guid.TryParseExact(folder, "N", out var id) && await NewestAsync(id, cancel) is { } newest && await SweepAsync(id, newest, before, cancel))
            {
                dropped++;
            }
        }
        await store.SettleAsync(before, cancel);
        return dropped;
    }

    private async Task<bool> SweepAsync(Guid id, NumberedState newest, DateTimeOffset before, CancellationToken cancel)
    {
        // The server's clock has put it there; the machine's own is what compares to it.
        var age = DateTimeOffset.UtcNow - newest.Put;
        if (newest.State.IsDropped)
        {
            if (age > Remembered)
            {
                await objects.DeleteAllAsync(PartialState.FolderOf(id), cancel);
            }
            return false;
        }
        if (newest.State.Touched >= before.UtcTicks || (newest.State.Holder is not null && age < Held) || await TryTakeAsync(id, newest, cancel) is not { } held)
        {
            return false;
        }
        await using (held)
        {
            await held.DropAsync(cancel);
        }
        return true;
    }

    public void Dispose()
    {
        foreach (var hash in _hashes.Values)
        {
            hash.Dispose();
        }
    }

    /// <summary>True when the blob is a partial content's that is still there.</summary>
    internal async Task<bool> OwnsAsync(string blob, CancellationToken cancel) =>
        PartialState.IdOf(blob) is { } id && await NewestAsync(id, cancel) is { State.IsDropped: false } newest && newest.State.Pieces.Blob == blob;

    /// <summary>The newest state; null when there never was one, or long ago.</summary>
    internal async Task<NumberedState?> NewestAsync(Guid id, CancellationToken cancel)
    {
        while (true)
        {
            var listed = await objects.FirstAsync(PartialState.FolderOf(id), 2, cancel);
            var isWanted = listed.Count > 0 && listed[0].Key == PartialState.WantedKey(id);
            if (listed.Skip(isWanted ? 1 : 0).FirstOrDefault() is not { Key: { } key, Written: var put } || PartialState.NumberOf(key) is not { } number)
            {
                return null;
            }
            if (await objects.GetAsync(key, cancel) is { } json)
            {
                return new(number, put, PartialState.Of(json), isWanted);
            }
            // Dropped and cleared away in between.
        }
    }

    /// <summary>
    /// Puts the state with this number, unless there is one. Returns the one that is there now, which may be the given one also when the answer to a first
    /// try was lost; null when it has gone again.
    /// </summary>
    internal async Task<PartialState?> PutAsync(Guid id, int number, PartialState state, CancellationToken cancel)
    {
        var key = PartialState.KeyOf(id, number);
        return await objects.PutAsync(key, state.ToJson(), onlyNew: true, cancel) ? state
            : await objects.GetAsync(key, cancel) is { } there ? PartialState.Of(there)
            : null;
    }

    internal void Remember(Guid id, HashSoFar sha)
    {
        if (_hashes.Count >= MostHashes && _hashes.MinBy(h => h.Value.Used) is { Value: not null } oldest && _hashes.TryRemove(oldest))
        {
            oldest.Value.Dispose();
        }
        sha.Used = Stopwatch.GetTimestamp();
        _hashes[id] = sha;
    }

    internal void Forget(HeldPartialContent held) => _held.TryRemove(new(held.Id, held));

    private async Task<HeldPartialContent?> TryTakeAsync(Guid id, NumberedState newest, CancellationToken cancel)
    {
        var state = newest.State with { Change = Guid.NewGuid(), Holder = Guid.NewGuid(), IsEnding = false };
        if ((await PutAsync(id, newest.Number + 1, state, cancel))?.Change != state.Change)
        {
            return null;
        }
        if (!_hashes.TryRemove(id, out var sha) || sha.Blob != state.Pieces.Blob || sha.Length > state.Pieces.Length)
        {
            sha?.Dispose();
            sha = new HashSoFar(state.Pieces.Blob);
        }
        return _held[id] = new HeldPartialContent(this, store, objects, time, id, newest.Number + 1, state, sha);
    }

    private async Task<IPartialContent> ReadyAsync(HeldPartialContent held, bool wasWanted, CancellationToken cancel)
    {
        try
        {
            if (wasWanted)
            {
                // Whoever still wants it says so again.
                await objects.DeleteAsync(PartialState.WantedKey(held.Id), cancel);
            }
            await held.CatchUpAsync(cancel);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }
}
