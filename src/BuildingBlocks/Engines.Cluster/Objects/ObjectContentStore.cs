using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// Contents as objects. A small content is one object; from <see cref="PieceLimits.Largest"/> on its bytes are pieces of a blob, and an object lists them. Committing puts one small
/// object, whatever the size. Objects are written once; of those with one hash the newest counts, and the others are in its shade until they are deleted.
/// </summary>
internal sealed class ObjectContentStore : IContentStore, IDisposable
{
    // A mark is younger than this while whatever it stands for is under way.
    private static readonly TimeSpan Settling = TimeSpan.FromHours(24);
    private static readonly TimeSpan RenewMark = TimeSpan.FromHours(1);

    private const int MostRemembered = 8 * 1024;

    private readonly IObjects _objects;
    private readonly ObjectPartialContents _partial;
    private readonly TimeProvider _time;

    // Spares a list before the get. A name that is no longer there is looked up again.
    private readonly ConcurrentDictionary<ContentHash, (ContentName Name, long Size)> _remembered = [];

    public ObjectContentStore(IObjects objects, TimeProvider time)
    {
        (_objects, _time) = (objects, time);
        _partial = new ObjectPartialContents(this, objects, time);
    }

    public IPartialContents Partial => _partial;

    public async Task<IStagedContent> StageAsync(Stream source, long? expected, CancellationToken cancel)
    {
        var start = PieceBuffer.For(expected, _objects.Limits.Largest);
        try
        {
            if (!await start.FillAsync(source, cancel))
            {
                return new SmallContent(this, start);
            }
        }
        catch
        {
            start.Dispose();
            throw;
        }
        return await StagePiecesAsync(start, source, cancel);
    }

    private async Task<IStagedContent> StagePiecesAsync(PieceBuffer start, Stream source, CancellationToken cancel)
    {
        var blob = Guid.NewGuid().ToString("N");
        var writer = new RunWriter(_objects, blob, 0);
        var marks = new List<UnsettledMark>();
        try
        {
            try
            {
                await MarkAsync(cancel);
            }
            catch
            {
                start.Dispose();
                throw;
            }
            var marked = Environment.TickCount64;
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var broken = await writer.WriteAsync(start, source, async bytes =>
            {
                sha.AppendData(bytes.Span);
                if (Environment.TickCount64 - marked > RenewMark.TotalMilliseconds)
                {
                    marked = Environment.TickCount64;
                    await MarkAsync(cancel);
                }
            }, cancel);
            if (broken is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(broken);
            }
            return new ContentInPieces(this, writer, blob, ContentHash.Of(sha.GetHashAndReset()), marks);
        }
        catch
        {
            await DropBlobAsync(writer, marks);
            throw;
        }

        async Task MarkAsync(CancellationToken ended)
        {
            var mark = UnsettledMark.New(blob, null);
            marks.Add(mark);
            await PutMarkAsync(mark, ended);
        }
    }

    public async ValueTask<Stream?> OpenAsync(ContentHash hash, long offset, long count, CancellationToken cancel)
    {
        var located = await LocateAsync(hash, cancel);
        if (located is not null && (count <= 0 || offset >= located.Length))
        {
            // Nothing will be read that would show whether it is still there.
            located = await LocateAgainAsync(hash, cancel);
        }
        return located is null ? null : await ContentStream.OpenAsync(_objects, located, offset, count, ended => LocateAgainAsync(hash, ended), cancel);
    }

    public async IAsyncEnumerable<ContentHash> UntouchedSinceAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Those of one content come together, in the order of their times.
        var group = new List<ContentName>();
        await foreach (var listed in _objects.ListAsync(ContentName.All, cancel))
        {
            if (ContentName.Parse(listed.Key) is not { } name)
            {
                continue;
            }
            if (group.Count > 0 && group[^1].Hash != name.Hash)
            {
                await ShadeAsync(group, cancel);
                if (group[^1].Touched < before.UtcTicks)
                {
                    yield return group[^1].Hash;
                }
                group.Clear();
            }
            group.Add(name);
        }
        if (group.Count > 0)
        {
            await ShadeAsync(group, cancel);
            if (group[^1].Touched < before.UtcTicks)
            {
                yield return group[^1].Hash;
            }
        }
    }

    public async ValueTask<bool> DeleteAsync(ContentHash hash, DateTimeOffset before, CancellationToken cancel)
    {
        var names = await NamesAsync(hash, cancel);
        if (names.Count == 0 || names[^1].Name.Touched >= before.UtcTicks)
        {
            return false;
        }
        _remembered.TryRemove(hash, out _);
        await ShadeAsync([.. names.Select(n => n.Name)], cancel);
        return await RemoveAsync(names[^1].Name, cancel);
    }

    /// <summary>Puts the object that makes a content visible. What is in its shade from then on is taken away: of a large content now, of a small one by the next sweep.</summary>
    internal async Task CommitAsync(ContentName name, ArraySegment<byte> body, CancellationToken cancel)
    {
        await _objects.PutAsync(name.Key, body, onlyNew: false, cancel);
        if (!name.IsManifest)
        {
            // To look for a copy would take as long as this put did, and few have one.
            Remember(name.Hash, (name, body.Count));
            return;
        }
        // Committed: what follows only tidies up, and whoever comes next can do it as well.
        try
        {
            await ShadeAsync([.. (await NamesAsync(name.Hash, CancellationToken.None)).Select(n => n.Name)], CancellationToken.None);
        }
        catch (ContentUnavailableException)
        {
        }
    }

    internal ContentName NewName(ContentHash hash, string blob, bool isManifest) => new(hash, _time.GetUtcNow().UtcTicks, blob, isManifest);

    internal Task PutMarkAsync(UnsettledMark mark, CancellationToken cancel) => _objects.PutAsync(mark.Key, ArraySegment<byte>.Empty, onlyNew: false, cancel);

    /// <summary>A content that is one object, staged. Owns the buffer.</summary>
    internal IStagedContent StageSmall(PieceBuffer bytes) => new SmallContent(this, bytes);

    /// <summary>True when a content that can be opened has the blob's bytes.</summary>
    internal async Task<bool> OwnsAsync(ContentHash hash, string blob, CancellationToken cancel) => (await NamesAsync(hash, cancel)).Any(n => n.Name.Blob == blob);

    /// <summary>Deletes the pieces of blobs that were marked long ago and belong to nothing.</summary>
    internal async Task SettleAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var latest = _time.GetUtcNow() - Settling;
        before = before < latest ? before : latest;
        var group = new List<(UnsettledMark Mark, DateTimeOffset Put)>();
        await foreach (var listed in _objects.ListAsync(UnsettledMark.All, cancel))
        {
            if (UnsettledMark.Parse(listed.Key) is not { } mark)
            {
                continue;
            }
            if (group.Count > 0 && group[0].Mark.Blob != mark.Blob)
            {
                await SettleAsync(group, before, cancel);
                group.Clear();
            }
            group.Add((mark, listed.Written));
        }
        if (group.Count > 0)
        {
            await SettleAsync(group, before, cancel);
        }
    }

    // A new owner cannot come meanwhile: who makes one puts a mark before, and ends within much less than a day.
    private async Task SettleAsync(List<(UnsettledMark Mark, DateTimeOffset Put)> marks, DateTimeOffset before, CancellationToken cancel)
    {
        if (marks.Max(m => m.Put) >= before)
        {
            return;
        }
        var blob = marks[0].Mark.Blob;
        var isOwned = await _partial.OwnsAsync(blob, cancel);
        foreach (var hash in marks.Select(m => m.Mark.Hash).OfType<ContentHash>().Distinct())
        {
            isOwned = isOwned || await OwnsAsync(hash, blob, cancel);
        }
        if (!isOwned)
        {
            await _objects.DeleteAllAsync(Pieces.FolderOf(blob), cancel);
        }
        foreach (var (mark, _) in marks)
        {
            await _objects.DeleteAsync(mark.Key, cancel);
        }
    }

    private Task<LocatedBytes?> LocateAgainAsync(ContentHash hash, CancellationToken cancel)
    {
        _remembered.TryRemove(hash, out _);
        return LocateAsync(hash, cancel);
    }

    private async Task<LocatedBytes?> LocateAsync(ContentHash hash, CancellationToken cancel)
    {
        ContentName? missing = null;
        while (true)
        {
            if (!_remembered.TryGetValue(hash, out var found))
            {
                if (await NamesAsync(hash, cancel) is not [.., var newest])
                {
                    return null;
                }
                found = newest.Name != missing ? newest : throw new ContentUnavailableException("What a content consists of is missing.", new EndOfStreamException());
            }
            // A manifest is got each time: that it is there says that the content is.
            if (!found.Name.IsManifest)
            {
                Remember(hash, found);
                var only = new Piece(found.Name.Key, 0, found.Size);
                return new LocatedBytes(found.Size, _ => only);
            }
            if (await _objects.GetAsync(found.Name.Key, cancel) is { } manifest)
            {
                Remember(hash, found);
                return Pieces.Of(manifest).Located;
            }
            _remembered.TryRemove(hash, out _);
            missing = found.Name;
        }
    }

    private void Remember(ContentHash hash, (ContentName Name, long Size) found)
    {
        if (_remembered.Count >= MostRemembered)
        {
            _remembered.Clear();
        }
        _remembered[hash] = found;
    }

    /// <summary>What there is of a content, the newest last.</summary>
    private async Task<List<(ContentName Name, long Size)>> NamesAsync(ContentHash hash, CancellationToken cancel)
    {
        var names = new List<(ContentName, long)>();
        await foreach (var listed in _objects.ListAsync(ContentName.PrefixOf(hash), cancel))
        {
            if (ContentName.Parse(listed.Key) is { } name)
            {
                names.Add((name, listed.Size));
            }
        }
        return names;
    }

    // All but the newest are in its shade: whoever sees them may take them away, whatever else happens.
    private async Task ShadeAsync(List<ContentName> names, CancellationToken cancel)
    {
        foreach (var name in names.SkipLast(1))
        {
            if (name.IsManifest)
            {
                await RemoveAsync(name, cancel);
            }
            else
            {
                await _objects.DeleteAsync(name.Key, cancel);
            }
        }
    }

    // The mark comes first, so that the pieces are found, and stays until its sweep: it also tells the first who removes a content from the others.
    // Pieces outlive the content by a day: who reads it can read it to its end.
    private async Task<bool> RemoveAsync(ContentName name, CancellationToken cancel)
    {
        var mark = new UnsettledMark(name.Blob, name.Hash, "removed-" + name.Touched.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
        var isFirst = await _objects.PutAsync(mark.Key, ArraySegment<byte>.Empty, onlyNew: true, cancel);
        if (isFirst)
        {
            await _objects.DeleteAsync(name.Key, cancel);
        }
        return isFirst;
    }

    // Nobody else has heard of it.
    private async Task DropBlobAsync(RunWriter writer, List<UnsettledMark> marks)
    {
        await writer.TakeBackAsync();
        await UnmarkAsync(marks);
    }

    private async Task UnmarkAsync(List<UnsettledMark> marks)
    {
        try
        {
            foreach (var mark in marks)
            {
                await _objects.DeleteAsync(mark.Key, CancellationToken.None);
            }
        }
        catch (ContentUnavailableException)
        {
            // A sweep finds it.
        }
    }

    public void Dispose() => _partial.Dispose();

    /// <summary>A content that is one object, in memory until it is committed.</summary>
    private sealed class SmallContent(ObjectContentStore store, PieceBuffer bytes) : IStagedContent
    {
        private readonly string _blob = Guid.NewGuid().ToString("N");

        public ContentHash Hash { get; } = ContentHash.Of(SHA256.HashData(bytes.Filled.Span));

        public long Size { get; } = bytes.Length;

        public Task CommitAsync(CancellationToken cancel) => store.CommitAsync(store.NewName(Hash, _blob, isManifest: false), bytes.Body, cancel);

        public ValueTask DisposeAsync()
        {
            bytes.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A content whose pieces are there, and marked.</summary>
    private sealed class ContentInPieces(ObjectContentStore store, RunWriter writer, string blob, ContentHash hash, List<UnsettledMark> marks) : IStagedContent
    {
        private bool _isCommitted;

        public ContentHash Hash => hash;

        public long Size => writer.Run.Length;

        public async Task CommitAsync(CancellationToken cancel)
        {
            // With the hash: a sweep must find the owner. Fresh: the sweep leaves the pieces alone for long enough.
            var mark = UnsettledMark.New(blob, hash);
            await store.PutMarkAsync(mark, cancel);
            marks.Add(mark);
            // From here on the content may be visible, even if its answer gets lost.
            _isCommitted = true;
            await store.CommitAsync(store.NewName(hash, blob, isManifest: true), new Pieces(blob, [writer.Run]).ToJson(), cancel);
            await store.UnmarkAsync(marks);
            marks.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            if (!_isCommitted)
            {
                await store.DropBlobAsync(writer, marks);
            }
        }
    }
}
