using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Kilo.Testing.Http;

namespace Kilo.Documents.Tests.Uploads;

/// <summary>The requests of an upload in pieces.</summary>
internal static class Resumable
{
    public static readonly (string Name, string Value) Tus = ("Tus-Resumable", "1.0.0");

    /// <summary><c>Upload-Metadata</c> from the properties of an object.</summary>
    public static string Metadata(object metadata) => string.Join(',', metadata.GetType().GetProperties()
        .Select(p => $"{p.Name} {Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToString(p.GetValue(metadata), CultureInfo.InvariantCulture)!))}"));

    public static Task<Answer> CreateAsync(this KiloClient client, long length, object metadata, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, "/api/uploads", null, [Tus, ("Upload-Length", length.ToString(CultureInfo.InvariantCulture)), ("Upload-Metadata", Metadata(metadata)), .. headers]);

    /// <summary>An upload that must be accepted; its address.</summary>
    public static async Task<string> CreatedAsync(this KiloClient client, long length, object? metadata = null)
    {
        var answer = (await client.CreateAsync(length, metadata ?? new { filename = "file.txt" })).ShouldBe(HttpStatusCode.Created);
        answer.Header("Upload-Expires").ShouldNotBeEmpty();
        return answer.Header("Location").ShouldStartWithPath("/api/uploads/");
    }

    public static async Task<Answer> AppendAsync(this KiloClient client, string upload, long offset, byte[] piece, params (string Name, string Value)[] headers)
    {
        using var body = new ByteArrayContent(piece);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return await client.SendAsync(HttpMethod.Patch, upload, body, [Tus, ("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture)), .. headers]);
    }

    public static Task<Answer> HeadAsync(this KiloClient client, string upload) => client.SendAsync(HttpMethod.Head, upload, null, Tus);

    public static Task<Answer> DropAsync(this KiloClient client, string upload) => client.SendAsync(HttpMethod.Delete, upload, null, Tus);

    public static Guid Document(this Answer answer) => Guid.Parse(answer.Header("Kilo-Document"));

    public static long Offset(this Answer answer) => long.Parse(answer.Header("Upload-Offset"), CultureInfo.InvariantCulture);

    private static string ShouldStartWithPath(this string location, string path)
    {
        location.ShouldStartWith(path);
        return location;
    }
}
