using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Contracts;
using Kilo.Documents.RecordDownloads;
using Kilo.Documents.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Kilo.Documents.Archives;

/// <summary>A zip file, written while it is sent. When something fails in the middle the connection is cut: a file that ends early must not look whole.</summary>
internal sealed class ArchiveResult(string fileName, IAsyncEnumerable<DocumentRow> documents, IContentStore contents, DownloadRecorder recorder, Guid caller) : IResult
{
    private const int CopyBlock = 128 * 1024;

    // What a zip file's dates can say.
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/zip";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        response.Headers.ContentDisposition = disposition.ToString();

        var names = new ArchiveNames();
        var block = ArrayPool<byte>.Shared.Rent(CopyBlock);
        try
        {
            // Disposed of at the good end only: that writes the directory, without which the file is visibly broken.
            var archive = await ZipArchive.CreateAsync(new BodyStream(response.BodyWriter), ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
            await foreach (var document in documents.WithCancellation(cancel))
            {
                var fact = new ContentDownloaded(document.Id, document.Head.Number, document.Library, document.Head.Size, InArchive: true);
                await recorder.BeginAsync(fact, caller, cancel);
                await AddAsync(archive, names.Of(document.Folder, document.Title, document.Head.FileName), document.Head, block, cancel);
                recorder.End(fact, caller);
            }
            await archive.DisposeAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private async Task AddAsync(ZipArchive archive, string path, VersionRow version, byte[] block, CancellationToken cancel)
    {
        await using var content = await contents.OpenAsync(new ContentHash(version.Sha256), 0, version.Size, cancel) ?? throw Missing();
        var read = await content.ReadAsync(block.AsMemory(0, CopyBlock), cancel);
        var isStored = Compressed.Is(version.MediaType) || (version.Size > CopyBlock && Compressed.Is(block.AsSpan(0, read)));
        var entry = archive.CreateEntry(path, isStored ? CompressionLevel.NoCompression : CompressionLevel.Fastest);
        entry.LastWriteTime = version.CreatedAt < Earliest ? Earliest : version.CreatedAt > Latest ? Latest : version.CreatedAt.ToUniversalTime();
        var writing = await entry.OpenAsync(cancel);
        long copied = 0;
        while (read > 0)
        {
            await writing.WriteAsync(block.AsMemory(0, read), cancel);
            copied += read;
            read = await content.ReadAsync(block.AsMemory(0, CopyBlock), cancel);
        }
        if (copied != version.Size)
        {
            throw Missing();
        }
        await writing.DisposeAsync();
    }

    private static Problem Missing() => new(503, "content-missing", "The bytes of a version cannot be read now. The operator can see why.");

    /// <summary>
    /// The response's body for a <see cref="ZipArchive"/>, which ends an entry with a few kilobytes that it writes synchronously. Those stay in
    /// the body's own memory until the next write that can be waited for.
    /// </summary>
    private sealed class BodyStream(PipeWriter body) : Stream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => body.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => body.Write(buffer.AsSpan(offset, count));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await body.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken) => await body.FlushAsync(cancellationToken);

        public override void Flush() { }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
