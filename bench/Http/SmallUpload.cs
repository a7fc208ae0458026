using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Kilo.Bench.Server;

namespace Kilo.Bench.Http;

/// <summary>A multipart POST of a small file, kept as bytes; each turn writes another file name and other content into them.</summary>
internal sealed class SmallUpload
{
    /// <summary>The size of the small file, in bytes.</summary>
    public const int FileBytes = 13_264;

    private const string FileName = "measured document 00-00000000.bin";
    private const int NumberDigits = 8;
    private const long LastNumber = 99_999_999;

    private readonly byte[] _request;
    private readonly Memory<byte> _number;
    private readonly Memory<byte> _content;
    private readonly int _client;
    private long _sequence;

    /// <param name="session">Who uploads.</param>
    /// <param name="path">Where to.</param>
    /// <param name="client">Tells the files of one client from those of another.</param>
    /// <param name="headers">More header lines.</param>
    public SmallUpload(Session session, string path, int client, string headers = "")
    {
        _client = client;
        var fileName = FileName.Replace("00-", client.ToString("D2", CultureInfo.InvariantCulture) + "-", StringComparison.Ordinal);
        var (head, tail) = Requests.PostFile(path, session, fileName, FileBytes, headers);
        _request = [.. head, .. Content(client, 0), .. tail];
        _content = _request.AsMemory(head.Length, FileBytes);
        var name = _request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(fileName));
        _number = _request.AsMemory(name + FileName.Length - ".bin".Length - NumberDigits, NumberDigits);
    }

    /// <summary>The next file of this client: its content differs from all others.</summary>
    public ReadOnlySpan<byte> Next()
    {
        Stamp(_content.Span, _client, ++_sequence);
        // Counted down: a library is listed by title, so each new document is the first of the list.
        (LastNumber - _sequence).TryFormat(_number.Span, out _, "D8", CultureInfo.InvariantCulture);
        return _request;
    }

    /// <summary>The content that a client's n-th file has, counted from 1.</summary>
    public static byte[] Content(int client, long sequence)
    {
        var content = new byte[FileBytes];
        new Random(client).NextBytes(content);
        Stamp(content, client, sequence);
        return content;
    }

    private static void Stamp(Span<byte> content, int client, long sequence)
    {
        BinaryPrimitives.WriteInt64LittleEndian(content, client);
        BinaryPrimitives.WriteInt64LittleEndian(content[8..], sequence);
    }
}
