using System.Globalization;
using System.Text;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Kilo.Documents.Uploads;

/// <summary>The headers of resumable uploads, as tus.io's protocol 1.0.0 has them.</summary>
internal static class Tus
{
    public const string Version = "1.0.0";
    public const string ResumableHeader = "Tus-Resumable";
    public const string OffsetHeader = "Upload-Offset";
    public const string LengthHeader = "Upload-Length";
    public const string DeferLengthHeader = "Upload-Defer-Length";
    public const string MetadataHeader = "Upload-Metadata";
    public const string ConcatHeader = "Upload-Concat";
    public const string ChecksumHeader = "Upload-Checksum";
    public const string PieceType = "application/offset+octet-stream";

    private const string VersionHeader = "Tus-Version";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The group of these routes, with what the protocol asks of each; and the route that says what the server can do.</summary>
    public static RouteGroupBuilder MapUploads(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/uploads", ["OPTIONS"], (HttpResponse response, DocumentsOptions options) =>
        {
            response.Headers[ResumableHeader] = response.Headers[VersionHeader] = Version;
            response.Headers["Tus-Extension"] = "creation,creation-with-upload,expiration,checksum,termination";
            response.Headers["Tus-Max-Size"] = options.MaxFileBytes.ToString(CultureInfo.InvariantCulture);
            response.Headers["Tus-Checksum-Algorithm"] = PieceChecksum.Algorithms;
            return TypedResults.NoContent();
        })
        .AllowAnonymous().WithName("DescribeUploads").WithSummary("Which parts of the tus protocol there are. Needs no sign-in.");

        return routes.MapGroup("/uploads").AddEndpointFilter(async (context, next) =>
        {
            var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
            response.Headers[ResumableHeader] = Version;
            if (request.Headers[ResumableHeader] != Version)
            {
                response.Headers[VersionHeader] = Version;
                throw new Problem(412, "tus-version", $"Send 'Tus-Resumable: {Version}'; that is the version of the tus protocol spoken here.");
            }
            return await next(context);
        });
    }

    /// <summary>How far the upload is and, at its end, what became of it.</summary>
    public static void Answer(HttpResponse response, UploadProgress progress)
    {
        response.Headers[OffsetHeader] = progress.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers["Upload-Expires"] = HeaderUtilities.FormatDate(progress.Expires);
        response.Headers.CacheControl = "no-store";
        if (progress.Upload.Outcome is not { } outcome)
        {
            return;
        }
        response.Headers["Kilo-Document"] = outcome.Document.ToString();
        if (outcome.Version is { } version)
        {
            response.Headers["Kilo-Version"] = version.ToString(CultureInfo.InvariantCulture);
        }
        if (outcome.Unchanged)
        {
            response.Headers["Kilo-Unchanged"] = "true";
        }
        if (outcome.Position is { } text && LogPosition.TryParse(text, out var position))
        {
            Positions.Answer(response, position);
        }
    }

    /// <summary>True when the request carries a piece.</summary>
    public static bool HasPiece(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(PieceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>A number of bytes.</summary>
    /// <exception cref="Problem">400.</exception>
    public static long Count(string? text, string header, string code) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw new Problem(400, code, $"{header} must be a number of bytes.");

    /// <summary>The pairs of <c>Upload-Metadata</c>: a key, a blank and the value in base64; separated by commas.</summary>
    /// <exception cref="Problem">400.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(string header)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split(' ', 2) is [var left, var right] ? (left, right) : (pair, "");
            try
            {
                if (!metadata.TryAdd(key, StrictUtf8.GetString(Convert.FromBase64String(value))))
                {
                    throw new Problem(400, "invalid-metadata", $"{MetadataHeader} has the key '{key}' twice.");
                }
            }
            catch (Exception e) when (e is FormatException or DecoderFallbackException)
            {
                throw new Problem(400, "invalid-metadata", $"{MetadataHeader} must be keys, each with a blank and the value as base64 of UTF-8, separated by commas.");
            }
        }
        return metadata;
    }
}
