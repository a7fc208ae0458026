using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Microsoft.Win32.SafeHandles;

namespace Kilo.Engines.Embedded;

/// <summary>
/// Contents as files named by their hash; small ones packed into one SQLite file, where a group commit makes many durable at once.
/// A file becomes visible by rename after its bytes are synced, and the directory is synced after the rename.
/// </summary>
internal sealed class FileContentStore : IContentStore, IDisposable
{
    /// <summary>Contents up to this many bytes are packed.</summary>
    internal const int PackedUpTo = 64 * 1024;

    private const int CopyBlock = 1024 * 1024;
    private const string SweptPrefix = "swept-";

    private readonly string _directory;
    private readonly string _temporary;
    private readonly PackedContents _packed;
    private readonly PartialContents _partial;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, bool> _syncedFolders = [];

    public FileContentStore(string directory, TimeProvider time)
    {
        (_directory, _temporary, _time) = (directory, Path.Combine(directory, "tmp"), time);
        Directory.CreateDirectory(_temporary);
        _packed = new PackedContents(Path.Combine(directory, "packed.db"), time);
        _partial = new PartialContents(this, Path.Combine(directory, "partial"), time);
        RemoveOrphans();
    }

    public IPartialContents Partial => _partial;

    public async Task<IStagedContent> StageAsync(Stream source, long? expected, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // One byte more than is packed tells a small content from the start of a large one.
        var start = ArrayPool<byte>.Shared.Rent(expected is >= 0 and <= PackedUpTo ? Math.Max((int)expected + 1, 4096) : PackedUpTo + 1);
        try
        {
            var length = 0;
            while (true)
            {
                var read = await source.ReadAsync(start.AsMemory(length), cancel);
                if (read == 0)
                {
                    var small = start.AsSpan(0, length).ToArray();
                    return new PackedContents.Staged(_packed, ContentHash.Of(SHA256.HashData(small)), small);
                }
                length += read;
                if (length > PackedUpTo)
                {
                    return await StageFileAsync(start.AsMemory(0, length), source, sha, cancel);
                }
                if (length == start.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(PackedUpTo + 1);
                    start.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(start);
                    start = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(start);
        }
    }

    private async Task<IStagedContent> StageFileAsync(ReadOnlyMemory<byte> start, Stream source, IncrementalHash sha, CancellationToken cancel)
    {
        var path = Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
        // Held until it is disposed of: a file in this directory that can be had exclusively belongs to nobody who lives.
        // Shared with readers, because it has been renamed and is visible before that.
        var file = Storing(() => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0));
        // One block is hashed and written while the next one is read.
        var (reading, writing) = (ArrayPool<byte>.Shared.Rent(CopyBlock), ArrayPool<byte>.Shared.Rent(CopyBlock));
        var written = Task.CompletedTask;
        try
        {
            sha.AppendData(start.Span);
            Storing(() => file.Write(start.Span));
            long size = start.Length;
            int read;
            while ((read = await source.ReadAtLeastAsync(reading.AsMemory(0, CopyBlock), CopyBlock, throwOnEndOfStream: false, cancel)) > 0)
            {
                await written;
                (reading, writing) = (writing, reading);
                var (block, offset) = (writing.AsMemory(0, read), size);
                written = Task.Run(() =>
                {
                    sha.AppendData(block.Span);
                    Storing(() => file.Write(block.Span));
                    FileSync.WriteBehind(file.SafeFileHandle, offset, block.Length);
                }, CancellationToken.None);
                size += read;
            }
            await written;
            return new StagedFile(this, file, path, ContentHash.Of(sha.GetHashAndReset()), size);
        }
        catch
        {
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await file.DisposeAsync();
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(reading);
            ArrayPool<byte>.Shared.Return(writing);
        }
    }

    public ValueTask<Stream?> OpenAsync(ContentHash hash, long offset, long count, CancellationToken cancel)
    {
        if (_packed.Read(hash, offset, count) is { } small)
        {
            return ValueTask.FromResult<Stream?>(new MemoryStream(small, writable: false));
        }
        try
        {
            var file = new FileStream(PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return ValueTask.FromResult<Stream?>(new FileRange(file, offset, count));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<Stream?>(null);
        }
    }

    public async IAsyncEnumerable<ContentHash> UntouchedSinceAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        foreach (var hash in _packed.UntouchedSince(before))
        {
            cancel.ThrowIfCancellationRequested();
            yield return hash;
        }
        foreach (var file in Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories))
        {
            cancel.ThrowIfCancellationRequested();
            var name = Path.GetFileName(file);
            if (name.Length == 64 && File.GetLastWriteTimeUtc(file) < before.UtcDateTime)
            {
                yield return new ContentHash(name);
            }
        }
    }

    public async ValueTask<bool> DeleteAsync(ContentHash hash, DateTimeOffset before, CancellationToken cancel)
    {
        if (await _packed.DeleteAsync(hash, before, cancel))
        {
            return true;
        }
        var path = PathOf(hash);
        if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) >= before.UtcDateTime)
        {
            return false;
        }
        // A name of its own: two sweeps at once must not take each other's file for the one that they judged.
        var aside = Path.Combine(_temporary, $"{SweptPrefix}{hash.Hex}-{Guid.NewGuid():N}");
        try
        {
            // Somebody may store the same content right now. Moved aside first, judged then: what was renewed meanwhile is put back,
            // and a file stored after the move is untouched by it.
            File.Move(path, aside);
            if (File.GetLastWriteTimeUtc(aside) >= before.UtcDateTime)
            {
                File.Move(aside, path, overwrite: true);
                return false;
            }
            File.Delete(aside);
            return true;
        }
        catch (FileNotFoundException)
        {
            // Another sweep was faster, or a process that started meanwhile has put it back.
            return false;
        }
    }

    /// <summary>Makes a file with these bytes the content: durable and visible when it returns.</summary>
    internal void MoveHome(SafeFileHandle file, string path, ContentHash hash)
    {
        var home = PathOf(hash);
        var folder = Path.GetDirectoryName(home)!;
        Directory.CreateDirectory(folder);
        RandomAccess.FlushToDisk(file);
        File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime);
        // An equal content is replaced by the same bytes, and is renewed by that.
        File.Move(path, home, overwrite: true);
        FileSync.SyncDirectory(folder);
        if (!_syncedFolders.ContainsKey(folder))
        {
            // Whoever made the folder may not have lived to sync the ones above it.
            FileSync.SyncDirectory(Path.GetDirectoryName(folder)!);
            FileSync.SyncDirectory(_directory);
            _syncedFolders[folder] = true;
        }
    }

    /// <summary>A content that is small enough to be packed, staged.</summary>
    internal IStagedContent StagePacked(ContentHash hash, byte[] bytes) => new PackedContents.Staged(_packed, hash, bytes);

    internal string PathOf(ContentHash hash) => Path.Combine(_directory, hash.Hex[..2], hash.Hex[2..4], hash.Hex);

    private void RemoveOrphans()
    {
        foreach (var path in Directory.EnumerateFiles(_temporary))
        {
            try
            {
                if (Path.GetFileName(path).StartsWith(SweptPrefix, StringComparison.Ordinal))
                {
                    // A sweep ended between aside and judgement: put back, the next sweep judges again.
                    var home = PathOf(new ContentHash(Path.GetFileName(path).Substring(SweptPrefix.Length, 64)));
                    if (File.Exists(home))
                    {
                        File.Delete(path);
                    }
                    else
                    {
                        File.Move(path, home);
                    }
                    continue;
                }
                using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
                {
                    File.Delete(path);
                }
            }
            catch (IOException)
            {
                // Another process on this directory is writing it, or has just dealt with it.
            }
        }
    }

    internal static void Storing(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentUnavailableException("The content could not be stored.", e);
        }
    }

    internal static TResult Storing<TResult>(Func<TResult> work)
    {
        TResult result = default!;
        Storing(() => { result = work(); });
        return result;
    }

    public void Dispose()
    {
        _partial.Dispose();
        _packed.Dispose();
    }

    private sealed class StagedFile(FileContentStore store, FileStream file, string path, ContentHash hash, long size) : IStagedContent
    {
        private bool _committed;

        public ContentHash Hash => hash;

        public long Size => size;

        public Task CommitAsync(CancellationToken cancel) => Task.Run(() => Storing(() =>
        {
            store.MoveHome(file.SafeFileHandle, path, hash);
            _committed = true;
        }), cancel);

        public async ValueTask DisposeAsync()
        {
            if (!_committed)
            {
                File.Delete(path);
            }
            await file.DisposeAsync();
        }
    }

    /// <summary>A stretch of a file, read without a buffer of its own.</summary>
    private sealed class FileRange(FileStream file, long offset, long count) : ReadOnlyStream
    {
        private long _position = offset;
        private readonly long _end = Math.Min(file.Length, offset + Math.Min(count, long.MaxValue - offset));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, Math.Max(0, _end - _position))], _position);
            _position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        // The page cache answers most reads: a hop to another thread per block costs more than it frees.
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            base.Dispose(disposing);
        }
    }
}
