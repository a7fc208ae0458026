using System.Collections.Concurrent;
using Kilo.BuildingBlocks.Content;
using Kilo.Documents.Contracts;

namespace Kilo.Host.Transfer;

/// <summary>What is wrong with a content.</summary>
/// <param name="Sha256">Its name.</param>
/// <param name="What"><c>missing</c>, or what was found in its place.</param>
internal sealed record Fault(string Sha256, string What);

/// <summary>What becomes of the contents that are read.</summary>
internal interface IContentSink
{
    /// <summary>True when it need not be read: it is there.</summary>
    ValueTask<bool> HasAsync(ContentClaim content, CancellationToken cancel);

    /// <summary>
    /// Reads the bytes to their end and says what they were. When they are not what the fact says, nothing of them is kept.
    /// </summary>
    Task<(ContentHash Hash, long Size)> TakeAsync(ContentClaim content, Stream bytes, CancellationToken cancel);
}

/// <summary>Reads contents, several at once, and finds those that are not what the facts say.</summary>
internal sealed class ContentWalk(ISource source, Pace pace, Progress progress)
{
    // Enough to keep a disk or a server busy that answers each of them slowly.
    private const int AtOnce = 8;

    // A store that refuses so many one after the other is away, not damaged.
    private const int MostInARow = 20;

    private int _inARow;

    /// <summary>All contents that the facts refer to.</summary>
    /// <returns>Those that are missing or damaged.</returns>
    /// <exception cref="ContentUnavailableException">The source does not answer, or the sink cannot store.</exception>
    public async Task<IReadOnlyCollection<Fault>> RunAsync(string stage, Claims claims, IContentSink sink, CancellationToken cancel)
    {
        progress.Begin(stage, contents: claims.Count, bytes: claims.Bytes);
        var faults = new ConcurrentQueue<Fault>();
        await Parallel.ForEachAsync(claims.TakeEachAsync(cancel), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (content, stop) =>
        {
            if (await sink.HasAsync(content, stop))
            {
                progress.Bytes(content.Size);
            }
            else if (await FaultOfAsync(content, sink, stop) is { } what)
            {
                faults.Enqueue(new Fault(content.Sha256, what));
            }
            progress.Content();
        });
        return faults;
    }

    private async Task<string?> FaultOfAsync(ContentClaim content, IContentSink sink, CancellationToken cancel)
    {
        try
        {
            await using var bytes = await OpenAsync(content, cancel);
            if (bytes is null)
            {
                return "missing";
            }
            var (hash, size) = await sink.TakeAsync(content, bytes, cancel);
            Interlocked.Exchange(ref _inARow, 0);
            return size != content.Size ? $"has {size} bytes instead of {content.Size}" : hash.Hex != content.Sha256 ? "its bytes are not those that were stored" : null;
        }
        catch (UnreadableContentException e)
        {
            return Interlocked.Increment(ref _inARow) < MostInARow ? "cannot be read: " + e.Message : throw new ContentUnavailableException("Contents cannot be read.", e);
        }
    }

    private async Task<Stream?> OpenAsync(ContentClaim content, CancellationToken cancel)
    {
        try
        {
            return await source.OpenAsync(new ContentHash(content.Sha256), cancel) is { } bytes ? new WatchedStream(bytes, pace, progress) : null;
        }
        catch (Exception e) when (e is IOException or ContentUnavailableException or UnauthorizedAccessException)
        {
            throw new UnreadableContentException(e);
        }
    }

    // Tells a source that cannot be read from a sink that cannot be written.
    private sealed class UnreadableContentException(Exception inner) : Exception(inner.InnerException?.Message ?? inner.Message, inner);

    private sealed class WatchedStream(Stream inner, Pace pace, Progress progress) : ReadOnlyStream
    {
        // A whole gigabyte at once would make no rate.
        private const int MostAtOnce = 64 * 1024;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            try
            {
                read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, MostAtOnce)], cancellationToken);
            }
            catch (Exception e) when (e is IOException or ContentUnavailableException)
            {
                throw new UnreadableContentException(e);
            }
            progress.Bytes(read);
            await pace.MovedAsync(read, cancellationToken);
            return read;
        }

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
