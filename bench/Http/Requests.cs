using System.Text;
using Kilo.Bench.Server;

namespace Kilo.Bench.Http;

/// <summary>Requests as bytes, built before anything is timed.</summary>
internal static class Requests
{
    private const string Boundary = "kilo-bench-7MA4YWxkTrZu0gW";

    /// <summary>A GET.</summary>
    public static byte[] Get(string path, Session session, string headers = "") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {session.Token}\r\n{headers}\r\n");

    /// <summary>A POST of JSON by nobody in particular.</summary>
    public static byte[] PostJson(string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>What stands before and after the bytes of a file in a multipart POST with a Content-Length.</summary>
    public static (byte[] Head, byte[] Tail) PostFile(string path, Session session, string fileName, long contentBytes, string headers = "")
    {
        var part = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        var tail = $"\r\n--{Boundary}--\r\n";
        var head = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {session.Token}\r\n{headers}"
            + $"Content-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {part.Length + contentBytes + tail.Length}\r\n\r\n{part}";
        return (Encoding.ASCII.GetBytes(head), Encoding.ASCII.GetBytes(tail));
    }
}
