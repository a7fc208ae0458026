using System.Globalization;
using Kilo.BuildingBlocks.Content;
using Kilo.Documents.Contracts;
using Kilo.Documents.RecordDownloads;
using Kilo.Documents.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Kilo.Documents.Content;

/// <summary>
/// A version's bytes as an attachment: strong entity tag (the SHA-256), conditional requests, one range. What people uploaded never
/// runs in the portal's origin: attachment, nosniff and a sandbox.
/// </summary>
internal sealed class ContentResult(VersionRow version, IContentStore contents, DownloadRecorder recorder, Func<long, ContentDownloaded> downloaded, Guid caller) : IResult
{
    private const int CopyBlock = 128 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, cancel) = (httpContext.Request, httpContext.Response, httpContext.RequestAborted);
        var headers = new RequestHeaders(request.Headers);
        var etag = new EntityTagHeaderValue($"\"{version.Sha256}\"");
        // Whole seconds are all that HTTP dates can say.
        var modified = DateTimeOffset.FromUnixTimeSeconds(version.CreatedAt.ToUnixTimeSeconds());

        response.Headers.ETag = etag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(modified);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";

        if (NotModified(headers, etag, modified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        if (headers.IfMatch.Count > 0 && !headers.IfMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(etag, useStrongComparison: true)))
        {
            throw new BuildingBlocks.Http.Problem(412, "changed", "The content is no longer the one that If-Match names.");
        }

        var (from, count) = (0L, version.Size);
        if (Range(request, headers, etag, modified) is { } range)
        {
            if (Resolve(range) is not { } resolved)
            {
                response.Headers.ContentRange = $"bytes */{version.Size}";
                throw new BuildingBlocks.Http.Problem(416, "range-not-satisfiable", $"The content has {version.Size} bytes; the range lies beyond them.");
            }
            (from, count) = resolved;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + count - 1}/{version.Size}");
        }

        await using var content = HttpMethods.IsHead(request.Method) ? Stream.Null
            : await contents.OpenAsync(new ContentHash(version.Sha256), from, count, cancel)
                ?? throw new BuildingBlocks.Http.Problem(503, "content-missing", "The bytes of this version cannot be read now. The operator can see why.");
        // What goes on with a broken download is no download of its own.
        var fact = HttpMethods.IsGet(request.Method) && from == 0 ? downloaded(count) : null;
        if (fact is not null)
        {
            await recorder.BeginAsync(fact, caller, cancel);
        }
        response.ContentType = version.MediaType;
        response.ContentLength = count;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(version.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        await CopyAsync(content, response, cancel);
        if (fact is not null && !cancel.IsCancellationRequested)
        {
            recorder.End(fact, caller);
        }
    }

    private static async Task CopyAsync(Stream content, HttpResponse response, CancellationToken cancel)
    {
        // Read straight into the connection's own memory: no buffer of ours in between.
        var writer = response.BodyWriter;
        int read;
        do
        {
            read = await content.ReadAsync(writer.GetMemory(CopyBlock), cancel);
            writer.Advance(read);
        }
        while (read > 0 && !(await writer.FlushAsync(cancel)).IsCompleted);
    }

    private static bool NotModified(RequestHeaders headers, EntityTagHeaderValue etag, DateTimeOffset modified) => headers.IfNoneMatch.Count > 0
        ? headers.IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(etag, useStrongComparison: false))
        : headers.IfModifiedSince >= modified;

    // Several ranges, or a range of another representation, get the whole: RFC 9110 lets a server ignore Range, and makes it do so for HEAD.
    private static RangeItemHeaderValue? Range(HttpRequest request, RequestHeaders headers, EntityTagHeaderValue etag, DateTimeOffset modified)
    {
        if (!HttpMethods.IsGet(request.Method) || headers.Range is not { Ranges.Count: 1 } range || range.Unit != "bytes")
        {
            return null;
        }
        // What cannot be read as a condition is not met: a part of another representation would damage what the client has.
        return request.Headers.IfRange.Count == 0
            || (headers.IfRange is { } condition && (condition.EntityTag is { } tag ? tag.Compare(etag, useStrongComparison: true) : condition.LastModified == modified))
            ? range.Ranges.Single()
            : null;
    }

    private (long From, long Count)? Resolve(RangeItemHeaderValue range)
    {
        if (range.From is { } from)
        {
            return from < version.Size ? (from, Math.Min(range.To ?? long.MaxValue, version.Size - 1) - from + 1) : null;
        }
        var last = Math.Min(range.To ?? 0, version.Size);
        return last > 0 ? (version.Size - last, last) : null;
    }
}
