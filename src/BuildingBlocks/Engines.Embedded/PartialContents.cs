using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Microsoft.Win32.SafeHandles;

namespace Kilo.Engines.Embedded;

/// <summary>
/// Partial contents: a folder each, with the bytes, the caller's metadata and a state that says how many bytes count. Bytes are synced before the state
/// counts them, so what lies beyond after a crash is cut off. Whoever has the state file locked has the content, across processes.
/// </summary>
internal sealed class PartialContents : IPartialContents, IDisposable
{
    private const int Block = 1024 * 1024;

    // A crash loses this many bytes of a piece under way at most.
    private const long SyncEvery = 32 * 1024 * 1024;

    // A hash of which nobody has heard for long is read again.
    private const int MostHashes = 1024;

    private const string NewPrefix = "new-";
    private const string DroppedPrefix = "dropped-";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookForOthers = TimeSpan.FromMilliseconds(250);

    private readonly FileContentStore _store;
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, Held> _held = [];
    private readonly ConcurrentDictionary<Guid, HashSoFar> _hashes = [];

    public PartialContents(FileContentStore store, string directory, TimeProvider time)
    {
        (_store, _directory, _time) = (store, directory, time);
        Directory.CreateDirectory(directory);
    }

    public Task<bool> CreateAsync(Guid id, ReadOnlyMemory<byte> metadata, CancellationToken cancel) => Task.Run(() => FileContentStore.Storing(() =>
    {
        var folder = FolderOf(id);
        if (Directory.Exists(folder))
        {
            return false;
        }
        var fresh = Path.Combine(_directory, $"{NewPrefix}{Guid.NewGuid():N}");
        Directory.CreateDirectory(fresh);
        try
        {
            var state = new State(Guid.NewGuid(), _time.GetUtcNow(), 0, null);
            using (var file = new FileStream(StatePath(fresh), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                state.Write(file.SafeFileHandle);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }
            WriteDurably(MetadataPath(fresh), metadata.Span);
            File.Create(BytesPath(fresh, state)).Dispose();
            FileSync.SyncDirectory(fresh);
            Directory.Move(fresh, folder);
            FileSync.SyncDirectory(_directory);
            return true;
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Somebody else was faster.
            Directory.Delete(fresh, recursive: true);
            return false;
        }
    }), cancel);

    public ValueTask<byte[]?> FindAsync(Guid id, CancellationToken cancel)
    {
        try
        {
            return ValueTask.FromResult<byte[]?>(File.ReadAllBytes(MetadataPath(FolderOf(id))));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<byte[]?>(null);
        }
    }

    public async Task<IPartialContent?> TakeAsync(Guid id, CancellationToken cancel)
    {
        var folder = FolderOf(id);
        var started = Stopwatch.GetTimestamp();
        FileStream? file;
        while (!TryLock(folder, out file))
        {
            if (Stopwatch.GetElapsedTime(started) > LongestWait)
            {
                throw new PartialContentTakenException();
            }
            if (_held.TryGetValue(id, out var holder))
            {
                holder.LetGo();
            }
            AskOtherProcesses(folder);
            await Task.Delay(Retry, cancel);
        }
        if (file is null)
        {
            return null;
        }
        File.Delete(WantedPath(folder));
        var held = FileContentStore.Storing(() => Open(id, folder, file));
        if (held is null)
        {
            return null;
        }
        try
        {
            await held.CatchUpAsync(cancel);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancel) => Task.Run(() =>
    {
        var dropped = 0;
        foreach (var folder in Directory.EnumerateDirectories(_directory))
        {
            cancel.ThrowIfCancellationRequested();
            var name = Path.GetFileName(folder);
            if (name.StartsWith(NewPrefix, StringComparison.Ordinal) || name.StartsWith(DroppedPrefix, StringComparison.Ordinal))
            {
                // Left by a process that died. One that lives needs it for a moment only.
                if (Directory.GetLastWriteTimeUtc(folder) < before.UtcDateTime)
                {
                    Delete(folder);
                }
            }
            else if (Guid.TryParseExact(name, "N", out var id) && TryLock(folder, out var file) && file is not null)
            {
                using (file)
                {
                    if (State.Read(file.SafeFileHandle).Touched < before)
                    {
                        Drop(id, folder);
                        dropped++;
                    }
                }
            }
        }
        return dropped;
    }, cancel);

    public void Dispose()
    {
        foreach (var hash in _hashes.Values)
        {
            hash.Dispose();
        }
    }

    private string FolderOf(Guid id) => Path.Combine(_directory, id.ToString("N"));

    private static string StatePath(string folder) => Path.Combine(folder, "state");

    private static string MetadataPath(string folder) => Path.Combine(folder, "metadata");

    private static string WantedPath(string folder) => Path.Combine(folder, "wanted");

    // Under the nonce, so that who had locked the state of a content that was dropped in that moment never touches a later one with the same id.
    private static string BytesPath(string folder, State state) => Path.Combine(folder, $"{state.Nonce:N}.bytes");

    // True with null: there is none.
    private static bool TryLock(string folder, out FileStream? file)
    {
        file = null;
        try
        {
            file = new FileStream(StatePath(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (File.Exists(StatePath(folder)))
            {
                return true;
            }
            file.Dispose();
            file = null;
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void AskOtherProcesses(string folder)
    {
        try
        {
            File.Create(WantedPath(folder)).Dispose();
        }
        catch (IOException)
        {
            // Dropped meanwhile, or another asks as well.
        }
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private Held? Open(Guid id, string folder, FileStream file)
    {
        var state = State.Read(file.SafeFileHandle);
        SafeFileHandle? bytes = null;
        try
        {
            var metadata = File.ReadAllBytes(MetadataPath(folder));
            try
            {
                bytes = File.OpenHandle(BytesPath(folder, state), FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
                if (RandomAccess.GetLength(bytes) is var there && there < state.Length)
                {
                    // A disk that lied. Less is what can be gone on with.
                    state = state with { Length = there };
                }
                RandomAccess.SetLength(bytes, state.Length);
            }
            catch (FileNotFoundException) when (state.Committed is { } hash)
            {
                // Its bytes are the content already.
                if (!File.Exists(_store.PathOf(hash)))
                {
                    file.Dispose();
                    return null;
                }
            }
            if (!_hashes.TryRemove(id, out var sha) || sha.Nonce != state.Nonce || sha.Length > state.Length)
            {
                sha?.Dispose();
                sha = new HashSoFar(state.Nonce);
            }
            return _held[id] = new Held(this, id, folder, file, bytes, state, metadata, sha);
        }
        catch (Exception e)
        {
            bytes?.Dispose();
            file.Dispose();
            if (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
            throw;
        }
    }

    private void Drop(Guid id, string folder)
    {
        // One step makes it unknown; the rest may be cut short.
        var aside = Path.Combine(_directory, $"{DroppedPrefix}{Guid.NewGuid():N}");
        Directory.Move(folder, aside);
        if (_hashes.TryRemove(id, out var sha))
        {
            sha.Dispose();
        }
        Delete(aside);
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Another sweep is at it, or Windows has a file of it open still: the next sweep finds it.
        }
    }

    private void Remember(Guid id, HashSoFar sha)
    {
        if (_hashes.Count >= MostHashes && _hashes.MinBy(h => h.Value.Used) is { Value: not null } oldest && _hashes.TryRemove(oldest))
        {
            oldest.Value.Dispose();
        }
        sha.Used = Stopwatch.GetTimestamp();
        _hashes[id] = sha;
    }

    /// <summary>What is known of a partial content's bytes.</summary>
    /// <param name="Nonce">Tells two contents with the same id apart, one of which was dropped.</param>
    /// <param name="Touched">When it was last changed.</param>
    /// <param name="Length">How many bytes count; they are durable.</param>
    /// <param name="Committed">Set before the bytes go to their place: when they are not here, they are there.</param>
    private sealed record State(Guid Nonce, DateTimeOffset Touched, long Length, ContentHash? Committed)
    {
        // Within one sector: a crash leaves the old or the new one.
        private const int Size = 64;

        public static State Read(SafeFileHandle file)
        {
            Span<byte> bytes = stackalloc byte[Size];
            if (RandomAccess.Read(file, bytes, 0) != Size)
            {
                throw new IOException("The state of a partial content is damaged.");
            }
            return new State(
                new Guid(bytes[..16]), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..])),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), bytes[32..].ContainsAnyExcept((byte)0) ? ContentHash.Of(bytes[32..]) : null);
        }

        public void Write(SafeFileHandle file)
        {
            Span<byte> bytes = stackalloc byte[Size];
            bytes.Clear();
            Nonce.TryWriteBytes(bytes);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Touched.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Length);
            Committed?.ToBytes().CopyTo(bytes[32..]);
            RandomAccess.Write(file, bytes, 0);
        }
    }

    /// <summary>The SHA-256 of the first bytes of a partial content, to go on with.</summary>
    private sealed class HashSoFar(Guid nonce) : IDisposable
    {
        private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public Guid Nonce => nonce;

        public long Length { get; private set; }

        public long Used { get; set; }

        public ContentHash Current => ContentHash.Of(_sha.GetCurrentHash());

        public void Append(ReadOnlySpan<byte> bytes)
        {
            _sha.AppendData(bytes);
            Length += bytes.Length;
        }

        public void Dispose() => _sha.Dispose();
    }

    private sealed class Held(
        PartialContents owner, Guid id, string folder, FileStream file, SafeFileHandle? bytes, State state, byte[] metadata, HashSoFar sha) : IPartialContent
    {
        private readonly CancellationTokenSource _taken = new();
        private ReadOnlyMemory<byte> _metadata = metadata;
        private State _state = state;
        private bool _dropped;

        public ReadOnlyMemory<byte> Metadata => _metadata;

        public long Length => _state.Length;

        public DateTimeOffset Touched => _state.Touched;

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

        /// <summary>
        /// Hashes what counts and is not hashed yet: everything after a restart, what another process appended, a piece that had to be whole
        /// (a hash cannot be taken back, so it is read again once it counts).
        /// </summary>
        public Task CatchUpAsync(CancellationToken cancel) => bytes is null || sha.Length == _state.Length ? Task.CompletedTask : WhileMineAsync(async ended =>
        {
            var block = ArrayPool<byte>.Shared.Rent(Block);
            try
            {
                while (sha.Length < _state.Length)
                {
                    ended.ThrowIfCancellationRequested();
                    var read = await RandomAccess.ReadAsync(bytes, block.AsMemory(0, (int)Math.Min(Block, _state.Length - sha.Length)), sha.Length, ended);
                    sha.Append(block.AsSpan(0, read > 0 ? read : throw new IOException("Bytes of a partial content are missing.")));
                }
            }
            catch (IOException e)
            {
                throw new ContentUnavailableException("The partial content could not be read.", e);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }, cancel);

        public Task AppendAsync(Stream source, bool whole, CancellationToken cancel) => WhileMineAsync(async ended =>
        {
            if (bytes is null)
            {
                throw new InvalidOperationException("The partial content is complete.");
            }
            // One block is written and hashed while the next one is read.
            var (reading, writing) = (ArrayPool<byte>.Shared.Rent(Block), ArrayPool<byte>.Shared.Rent(Block));
            var (written, synced) = (Task.CompletedTask, Task.CompletedTask);
            var (end, counted) = (Length, Length);
            Exception? broken = null;
            try
            {
                for (var ends = false; !ends && broken is null;)
                {
                    var filled = 0;
                    try
                    {
                        int read;
                        while (filled < Block && (read = await source.ReadAsync(reading.AsMemory(filled, Block - filled), ended)) > 0)
                        {
                            filled += read;
                        }
                        ends = filled < Block;
                    }
                    catch (Exception e)
                    {
                        broken = e;
                    }
                    await written;
                    if (filled == 0)
                    {
                        continue;
                    }
                    if (!whole && end - counted >= SyncEvery && synced.IsCompletedSuccessfully)
                    {
                        var length = counted = end;
                        synced = Task.Run(() => Count(length), CancellationToken.None);
                    }
                    (reading, writing) = (writing, reading);
                    var (block, offset) = (writing.AsMemory(0, filled), end);
                    written = Task.Run(() =>
                    {
                        RandomAccess.Write(bytes, block.Span, offset);
                        FileSync.WriteBehind(bytes, offset, block.Length);
                        if (!whole)
                        {
                            sha.Append(block.Span);
                        }
                    }, CancellationToken.None);
                    end += filled;
                }
                await written;
                await synced;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                broken = new ContentUnavailableException("The content could not be stored.", e);
                if (synced.IsFaulted)
                {
                    // A sync that succeeds after one that failed proves nothing: what was counted before it counts.
                    throw broken;
                }
                // The disk is full, for one. What was written before that is kept.
                end = whole ? Length : sha.Length;
            }
            finally
            {
                await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await synced.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ArrayPool<byte>.Shared.Return(reading);
                ArrayPool<byte>.Shared.Return(writing);
            }
            if (!whole || broken is null)
            {
                await Task.Run(() => FileContentStore.Storing(() => Count(end)), CancellationToken.None);
            }
            await Task.Run(() => FileContentStore.Storing(() => RandomAccess.SetLength(bytes, Length)), CancellationToken.None);
            if (broken is not null)
            {
                ExceptionDispatchInfo.Throw(broken);
            }
        }, cancel);

        // The bytes before the count of them.
        private void Count(long length)
        {
            RandomAccess.FlushToDisk(bytes!);
            Save(_state with { Length = length, Touched = owner._time.GetUtcNow() });
        }

        private void Save(State state)
        {
            state.Write(file.SafeFileHandle);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            _state = state;
        }

        // Somebody in this process says so at once; one in another process leaves a file.
        private async Task WhileMineAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, _taken.Token);
            await using var look = new Timer(_ =>
            {
                if (File.Exists(WantedPath(folder)))
                {
                    LetGo();
                }
            }, null, LookForOthers, LookForOthers);
            try
            {
                await work(ended.Token);
            }
            catch (OperationCanceledException) when (_taken.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                throw new PartialContentTakenException();
            }
        }

        public Task SaveAsync(ReadOnlyMemory<byte> metadata, CancellationToken cancel) => Task.Run(() => FileContentStore.Storing(() =>
        {
            var aside = Path.Combine(folder, "metadata-" + Guid.NewGuid().ToString("N"));
            WriteDurably(aside, metadata.Span);
            File.Move(aside, MetadataPath(folder), overwrite: true);
            FileSync.SyncDirectory(folder);
            Save(_state with { Touched = owner._time.GetUtcNow() });
            _metadata = metadata;
        }), cancel);

        public async Task<IStagedContent> CompleteAsync(CancellationToken cancel)
        {
            if (bytes is null)
            {
                return new Committed(owner, _state.Committed!.Value, Length);
            }
            await CatchUpAsync(cancel);
            if (Length > FileContentStore.PackedUpTo)
            {
                return new Whole(this, sha.Current, Length);
            }
            var small = new byte[Length];
            return RandomAccess.Read(bytes, small, 0) == small.Length
                ? owner._store.StagePacked(sha.Current, small)
                : throw new ContentUnavailableException("The partial content could not be read.", new EndOfStreamException());
        }

        public Task DropAsync(CancellationToken cancel) => Task.Run(() => FileContentStore.Storing(() =>
        {
            owner.Drop(id, folder);
            _dropped = true;
        }), cancel);

        public ValueTask DisposeAsync()
        {
            if (_dropped || bytes is null)
            {
                sha.Dispose();
            }
            else
            {
                owner.Remember(id, sha);
            }
            owner._held.TryRemove(new(id, this));
            bytes?.Dispose();
            _taken.Dispose();
            // Last: whoever gets the lock next finds everything else in order.
            file.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>The bytes under their hash, still in their folder.</summary>
        private sealed class Whole(Held held, ContentHash hash, long size) : IStagedContent
        {
            public ContentHash Hash => hash;

            public long Size => size;

            public Task CommitAsync(CancellationToken cancel) => Task.Run(() => FileContentStore.Storing(() => held.Commit(hash)), cancel);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }

        private void Commit(ContentHash hash)
        {
            var path = BytesPath(folder, _state);
            if (_state.Committed is not null && !File.Exists(path))
            {
                Renew(owner, hash);
                return;
            }
            Save(_state with { Committed = hash });
            owner._store.MoveHome(bytes!, path, hash);
        }

        private static void Renew(PartialContents owner, ContentHash hash) =>
            File.SetLastWriteTimeUtc(owner._store.PathOf(hash), owner._time.GetUtcNow().UtcDateTime);

        /// <summary>Bytes that are in their place already.</summary>
        private sealed class Committed(PartialContents owner, ContentHash hash, long size) : IStagedContent
        {
            public ContentHash Hash => hash;

            public long Size => size;

            public Task CommitAsync(CancellationToken cancel) => Task.Run(() => FileContentStore.Storing(() => Renew(owner, hash)), cancel);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
