using System.Text;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Kilo.Documents.Content;

/// <summary>A multipart request, read to its end: the file staged, the fields in hand. Disposing drops what was not committed.</summary>
internal sealed class Upload(IStagedContent content, string fileName, string mediaType, IReadOnlyDictionary<string, string> fields) : IAsyncDisposable
{
    private const int MostFields = 32;
    private const int LongestField = 16 * 1024;
    private const int LongestMediaType = 127;
    private static readonly FileExtensionContentTypeProvider KnownTypes = new();

    public IStagedContent Content => content;

    public string FileName => fileName;

    public ContentClaim Claim => new(content.Hash.Hex, content.Size, mediaType, fileName);

    public string? Field(string name) => fields.GetValueOrDefault(name);

    /// <summary>Reads the request. Memory does not grow with the file.</summary>
    /// <exception cref="Problem">400, 413 or 415: what is wrong with the request. Nothing was stored.</exception>
    public static async Task<Upload> ReadAsync(HttpRequest request, IContentStore contents, DocumentsOptions options, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw new Problem(415, "not-multipart", "Send the file as multipart/form-data, in a part named 'file'.");
        }
        var limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!;
        limit.MaxRequestBodySize = options.MaxFileBytes + (1 << 20);
        if (request.ContentLength > limit.MaxRequestBodySize)
        {
            // Without a limit the server reads on for a while after the answer, so that a client that is still sending gets to see it.
            limit.MaxRequestBodySize = null;
            throw TooLarge(options);
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        (IStagedContent Content, string FileName, string MediaType)? file = null;
        try
        {
            var reader = new MultipartReader(boundary.ToString(), request.Body, request.ContentLength > 1 << 20 ? 64 * 1024 : 4096);
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    throw new Problem(400, "invalid-multipart", "A part of the form has no readable Content-Disposition.");
                }
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
                {
                    if (name != "file" || file is not null)
                    {
                        throw new Problem(400, "one-file", "Send exactly one file, in the part named 'file'.");
                    }
                    var fileName = NameOf(disposition);
                    // Only a whole small request tells how long its file is at most.
                    file = (await contents.StageAsync(section.Body, request.ContentLength, cancel), fileName, TypeOf(section.ContentType, fileName));
                    // The body's own limit leaves room for the fields: a file may use it up.
                    if (file.Value.Content.Size > options.MaxFileBytes)
                    {
                        throw TooLarge(options);
                    }
                }
                else
                {
                    if (fields.Count == MostFields)
                    {
                        throw new Problem(400, "too-many-fields", $"The form may have at most {MostFields} fields.");
                    }
                    fields[name] = await ReadFieldAsync(section.Body, cancel);
                }
            }
            return file is { } found
                ? new Upload(found.Content, found.FileName, found.MediaType, fields)
                : throw new Problem(400, "no-file", "The form has no file. Send it in the part named 'file', with a file name.");
        }
        catch (Exception e)
        {
            if (file is { } staged)
            {
                await staged.Content.DisposeAsync();
            }
            throw e switch
            {
                BadHttpRequestException { StatusCode: 413 } => TooLarge(options),
                Problem or BadHttpRequestException or OperationCanceledException or ContentUnavailableException => e,
                InvalidDataException or IOException => new Problem(400, "incomplete-body", "The form is damaged or ended early. Nothing was stored; send it again."),
                _ => e,
            };
        }
    }

    /// <summary>413, with the limit.</summary>
    internal static Problem TooLarge(DocumentsOptions options) => new(413, "file-too-large", $"A file may have at most {options.MaxFileBytes} bytes.");

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[LongestField + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length <= LongestField
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new Problem(400, "field-too-long", $"A field of the form may have at most {LongestField} bytes.");
    }

    // Browsers escape exactly these three characters in a part's file name (WHATWG, multipart/form-data).
    private static string NameOf(ContentDispositionHeaderValue disposition) => disposition.FileNameStar.HasValue
        ? disposition.FileNameStar.Value!
        : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName).Value!
            .Replace("%22", "\"", StringComparison.Ordinal).Replace("%0D", "\r", StringComparison.OrdinalIgnoreCase).Replace("%0A", "\n", StringComparison.OrdinalIgnoreCase);

    /// <summary>The media type that was declared, or the one that files with such a name have.</summary>
    internal static string TypeOf(string? declared, string fileName) =>
        MediaTypeHeaderValue.TryParse(declared, out var type) && declared!.Length <= LongestMediaType && type.MediaType != "application/octet-stream"
            // Parameters may have any letters in a part's header, but not in the header of a download.
            ? declared.All(char.IsAscii) ? declared : type.MediaType.Value!
        : KnownTypes.TryGetContentType(fileName, out var known) ? known
        : "application/octet-stream";

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
