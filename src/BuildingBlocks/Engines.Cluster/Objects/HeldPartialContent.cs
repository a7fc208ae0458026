using System.Runtime.ExceptionServices;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>A partial content in the hands of one caller of this process.</summary>
internal sealed class HeldPartialContent : IPartialContent
{
    private const int Block = 128 * 1024;

    // A crash loses this many bytes of an append under way at most, and what travels.
    private const long SaveEvery = 32 * 1024 * 1024;

    // Pieces below this size are put together when there are so many of them in a row.
    private const int Crumb = 4 * 1024 * 1024;
    private const int MostCrumbs = 32;

    private static readonly TimeSpan LookForOthers = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SayEnding = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRelease = TimeSpan.FromSeconds(5);

    private readonly ObjectPartialContents _owner;
    private readonly ObjectContentStore _store;
    private readonly IObjects _objects;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _taken = new();
    private readonly CancellationTokenSource _released = new();
    private readonly Task _looking;
    private HashSoFar _sha;
    private PartialState _state;
    private int _number;

    // Changes that were sent and may or may not have come through.
    private readonly HashSet<Guid> _tried = [];

    public HeldPartialContent(
        ObjectPartialContents owner, ObjectContentStore store, IObjects objects, TimeProvider time, Guid id, int number, PartialState state, HashSoFar sha)
    {
        (_owner, _store, _objects, _time, Id, Holder, _number, _state, _sha) = (owner, store, objects, time, id, state.Holder!.Value, number, state, sha);
        _looking = LookForOthersAsync(_released.Token);
    }

    public Guid Id { get; }

    public Guid Holder { get; }

    public ReadOnlyMemory<byte> Metadata => _state.Metadata;

    public long Length => _state.Pieces.Length;

    public DateTimeOffset Touched => new(_state.Touched, TimeSpan.Zero);

    private string Blob => _state.Pieces.Blob;

    public void LetGo()
    {
        try
        {
            _taken.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has let go.
        }
    }

    /// <summary>Hashes what counts and is not hashed yet: everything after a restart, and what another process appended.</summary>
    public Task CatchUpAsync(CancellationToken cancel) => _sha.Length == Length ? Task.CompletedTask : WhileMineAsync(async ended =>
    {
        var block = new byte[Block];
        await using var bytes = await ReadAsync(_sha.Length, ended);
        while (_sha.Length < Length)
        {
            var read = await bytes.ReadAsync(block, ended);
            _sha.Append(block.AsSpan(0, read > 0 ? read : throw Damaged()));
        }
    }, cancel);

    public Task AppendAsync(Stream source, bool whole, CancellationToken cancel) => WhileMineAsync(async ended =>
    {
        ended.ThrowIfCancellationRequested();
        await CatchUpAsync(ended);
        await PutCrumbsTogetherAsync(ended);
        var writer = new RunWriter(_objects, Blob, Length);
        // A hash cannot be taken back, and what was put need not come to count.
        using var sha = _sha.Copy();
        Exception? broken;
        try
        {
            broken = await writer.WriteAsync(source, null, async bytes =>
            {
                sha.Append(bytes.Span);
                if (!whole && writer.Run.End - Length >= SaveEvery)
                {
                    await CountAsync(writer.Run, sha);
                }
            }, ended);
        }
        catch (ContentUnavailableException e)
        {
            broken = e;
        }
        if (whole && broken is not null)
        {
            await writer.TakeBackAsync();
            ExceptionDispatchInfo.Throw(broken);
        }
        try
        {
            await CountAsync(writer.Run, sha);
        }
        catch (ContentUnavailableException) when (broken is not null)
        {
            // What failed first says more.
        }
        if (broken is not null)
        {
            ExceptionDispatchInfo.Throw(broken);
        }
    }, cancel);

    public Task SaveAsync(ReadOnlyMemory<byte> metadata, CancellationToken cancel) =>
        WhileNotShutOutAsync(() => ChangeAsync(state => state with { Metadata = metadata.ToArray(), Touched = _time.GetUtcNow().UtcTicks }, cancel));

    public async Task<IStagedContent> CompleteAsync(CancellationToken cancel)
    {
        await CatchUpAsync(cancel);
        if (Length >= _objects.Limits.Largest)
        {
            return new Whole(this, _sha.Current, Length);
        }
        var small = PieceBuffer.For(Length, _objects.Limits.Largest);
        try
        {
            await using var bytes = await ReadAsync(0, cancel);
            await small.FillAsync(bytes, cancel);
            return small.Length == Length ? _store.StageSmall(small) : throw Damaged();
        }
        catch
        {
            small.Dispose();
            throw;
        }
    }

    public Task DropAsync(CancellationToken cancel) => WhileNotShutOutAsync(async () =>
    {
        // The mark stays: whoever was shut out may still be putting a piece, or making these pieces a content.
        await _store.PutMarkAsync(UnsettledMark.New(Blob, _state.CommittedHash), cancel);
        await ChangeAsync(state => state with { IsDropped = true, Holder = null, Metadata = [] }, cancel);
        try
        {
            if (_state.Committed is null)
            {
                await _objects.DeleteAllAsync(Pieces.FolderOf(Blob), CancellationToken.None);
            }
        }
        catch (ContentUnavailableException)
        {
            // A sweep finds them.
        }
    });

    public async ValueTask DisposeAsync()
    {
        if (_released.IsCancellationRequested)
        {
            return;
        }
        await _released.CancelAsync();
        await _looking;
        // Before the next one takes it: they go on with it.
        _owner.Remember(Id, _sha);
        try
        {
            if (!_state.IsDropped)
            {
                using var limited = new CancellationTokenSource(LongestRelease);
                await ChangeAsync(state => state with { Holder = null, IsEnding = false }, limited.Token);
            }
        }
        catch (Exception e) when (e is PartialContentTakenException or ContentUnavailableException or OperationCanceledException)
        {
            // It is somebody else's already, or will be: there is no sign of this one any more.
        }
        _owner.Forget(this);
        _taken.Dispose();
    }

    private async Task CountAsync(Run run, HashSoFar sha)
    {
        await ChangeAsync(state => state with { Pieces = state.Pieces.With(run), Touched = _time.GetUtcNow().UtcTicks }, CancellationToken.None);
        _sha.Dispose();
        _sha = sha.Copy();
    }

    private async Task ChangeAsync(Func<PartialState, PartialState> change, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            while (true)
            {
                var next = change(_state) with { Change = Guid.NewGuid() };
                _tried.Add(next.Change);
                if (!_state.IsDropped && await _owner.PutAsync(Id, _number + 1, next, cancel) is { } there && _tried.Contains(there.Change))
                {
                    (_number, _state) = (_number + 1, there);
                    _tried.Clear();
                    if (there.Change == next.Change)
                    {
                        return;
                    }
                    // An earlier one, given up when its answer did not come, had come through all the same.
                    continue;
                }
                LetGo();
                throw new PartialContentTakenException();
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    // Each piece is a request, and a line in every state: many small ones become a few.
    private async Task PutCrumbsTogetherAsync(CancellationToken cancel)
    {
        var runs = _state.Pieces.Runs;
        var first = runs.Count;
        while (first > 0 && runs[first - 1].Length < Crumb)
        {
            first--;
        }
        if (runs.Count - first < MostCrumbs)
        {
            return;
        }
        var (from, crumbs) = (runs[first].From, runs.Skip(first).ToArray());
        var writer = new RunWriter(_objects, Blob, from);
        await using (var bytes = await ReadAsync(from, cancel))
        {
            if (await writer.WriteAsync(bytes, Length - from, _ => Task.CompletedTask, cancel) is { } broken)
            {
                ExceptionDispatchInfo.Throw(broken);
            }
        }
        await ChangeAsync(state => state with { Pieces = state.Pieces.With(writer.Run) }, CancellationToken.None);
        foreach (var crumb in crumbs)
        {
            await _objects.DeleteAsync(crumb.KeyAt(Blob, crumb.From), CancellationToken.None);
        }
    }

    private async Task<Stream> ReadAsync(long from, CancellationToken cancel) =>
        await ContentStream.OpenAsync(_objects, _state.Pieces.Located, from, long.MaxValue, _ => Task.FromResult<LocatedBytes?>(null), cancel) ?? throw Damaged();

    private static ContentUnavailableException Damaged() => new("Bytes of a partial content are missing.", new EndOfStreamException());

    private async Task LookForOthersAsync(CancellationToken released)
    {
        try
        {
            while (!_taken.IsCancellationRequested)
            {
                await Task.Delay(LookForOthers, released);
                await LookAsync(released);
            }
            // Whoever had an append that ended lets go at once. Otherwise a sign of life keeps those patient who want it.
            await Task.Delay(SayEnding, released);
            await ChangeAsync(state => state with { IsEnding = true }, released);
        }
        catch (Exception e) when (e is OperationCanceledException or PartialContentTakenException or ContentUnavailableException)
        {
        }
    }

    private async Task LookAsync(CancellationToken released)
    {
        try
        {
            var listed = await _objects.FirstAsync(PartialState.FolderOf(Id), 1, released);
            if (listed.Count > 0 && (listed[0].Key == PartialState.WantedKey(Id) || PartialState.NumberOf(listed[0].Key) > Volatile.Read(ref _number) + 1))
            {
                LetGo();
            }
        }
        catch (ContentUnavailableException)
        {
            // Nothing is known; the next change that is tried will tell.
        }
    }

    private async Task WhileMineAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, _taken.Token);
        try
        {
            await work(ended.Token);
        }
        catch (OperationCanceledException) when (_taken.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new PartialContentTakenException();
        }
    }

    // The calls that know no other holder: what they wanted was not done, and can be tried again.
    private static async Task WhileNotShutOutAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (PartialContentTakenException e)
        {
            throw new ContentUnavailableException("Somebody else has taken the partial content.", e);
        }
    }

    /// <summary>The pieces as a content.</summary>
    private sealed class Whole(HeldPartialContent held, ContentHash hash, long size) : IStagedContent
    {
        public ContentHash Hash => hash;

        public long Size => size;

        public Task CommitAsync(CancellationToken cancel) => WhileNotShutOutAsync(async () =>
        {
            if (held._state.CommittedHash != hash)
            {
                await held.ChangeAsync(state => state with { Committed = hash.Hex }, cancel);
            }
            await held._store.CommitAsync(held._store.NewName(hash, held.Blob, isManifest: true), held._state.Pieces.ToJson(), cancel);
        });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
