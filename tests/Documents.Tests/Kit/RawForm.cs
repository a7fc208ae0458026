using System.Net.Http.Headers;
using System.Text;

namespace Kilo.Documents.Tests.Kit;

/// <summary>A multipart body written by hand, byte by byte: what browsers send and what nobody should.</summary>
internal static class RawForm
{
    public const string Boundary = "----kilo";

    /// <summary>One part.</summary>
    public static string Part(string disposition, string body, string? type = null) =>
        $"--{Boundary}\r\nContent-Disposition: {disposition}\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}\r\n{body}\r\n";

    /// <summary>The file's part as a browser writes it.</summary>
    public static string File(string fileName, string body, string? type = null) => Part($"form-data; name=\"file\"; filename=\"{fileName}\"", body, type);

    /// <summary>The whole request body.</summary>
    public static ByteArrayContent Body(string parts, string? contentType = null, bool ended = true)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(parts + (ended ? $"--{Boundary}--\r\n" : "")));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? $"multipart/form-data; boundary={Boundary}");
        return content;
    }
}
