using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Kilo.Testing.Http;

namespace Kilo.SystemTests.Kit;

/// <summary>An upload that has sent half of its file and waits: a slow client, or one that is about to go away.</summary>
internal sealed class HalfUpload : IDisposable
{
    private const string Boundary = "half-upload";

    private readonly TcpClient _connection = new();
    private readonly byte[] _rest;

    private HalfUpload(byte[] rest) => _rest = rest;

    /// <summary>Sends the head of the request and half of the file.</summary>
    public static async Task<HalfUpload> SendAsync(KiloProcess kilo, string token, byte[] bytes, string fileName = "half.bin")
    {
        var before = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"\r\n\r\n");
        var after = Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST /api/documents HTTP/1.1
            Host: localhost
            Authorization: Bearer {token}
            Content-Type: multipart/form-data; boundary={Boundary}
            Content-Length: {before.Length + bytes.Length + after.Length}


            """).ReplaceLineEndings("\r\n");
        var half = bytes.Length / 2;
        var upload = new HalfUpload([.. bytes[half..], .. after]);
        await upload._connection.ConnectAsync("localhost", kilo.Port);
        await upload._connection.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. before, .. bytes[..half]]);
        return upload;
    }

    /// <summary>Sends the other half and returns the status.</summary>
    public async Task<int> FinishAsync()
    {
        var stream = _connection.GetStream();
        await stream.WriteAsync(_rest);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var status = await reader.ReadLineAsync() ?? throw new IOException("The server closed the connection without an answer.");
        return int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Goes away.</summary>
    public void Dispose() => _connection.Dispose();
}
