using System.Buffers;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.Documents.Contracts;

namespace Kilo.Host.Transfer;

/// <summary>Only looks.</summary>
internal sealed class CheckingSink : IContentSink
{
    private const int BlockSize = 64 * 1024;

    public ValueTask<bool> HasAsync(ContentClaim content, CancellationToken cancel) => ValueTask.FromResult(false);

    public Task<(ContentHash Hash, long Size)> TakeAsync(ContentClaim content, Stream bytes, CancellationToken cancel) => HashAsync(bytes, Stream.Null, cancel);

    /// <summary>Copies to the end of the source.</summary>
    public static async Task<(ContentHash Hash, long Size)> HashAsync(Stream from, Stream to, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var (size, read) = (0L, 0);
            while ((read = await from.ReadAsync(block, cancel)) > 0)
            {
                sha.AppendData(block, 0, read);
                await to.WriteAsync(block.AsMemory(0, read), cancel);
                size += read;
            }
            return (ContentHash.Of(sha.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}

/// <summary>Stores what is not there.</summary>
internal sealed class StoringSink(IContentStore contents) : IContentSink
{
    // What is visible in a content store is whole.
    public async ValueTask<bool> HasAsync(ContentClaim content, CancellationToken cancel)
    {
        await using var there = await contents.OpenAsync(new ContentHash(content.Sha256), 0, 1, cancel);
        return there is not null;
    }

    public async Task<(ContentHash Hash, long Size)> TakeAsync(ContentClaim content, Stream bytes, CancellationToken cancel)
    {
        await using var staged = await contents.StageAsync(bytes, content.Size, cancel);
        if (staged.Hash.Hex == content.Sha256)
        {
            await staged.CommitAsync(cancel);
        }
        return (staged.Hash, staged.Size);
    }
}
