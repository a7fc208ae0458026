using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kilo.Bench.Server;

namespace Kilo.Bench.Http;

/// <summary>
/// 1 GiB that is never in memory: one random block of 1 MiB, sent again and again with other numbers in each of its pages,
/// so that no two pages and no two rounds are equal.
/// </summary>
internal sealed class LargeFile
{
    /// <summary>The size of the large file, in bytes.</summary>
    public const long Bytes = 1L << 30;

    /// <summary>One send, in bytes.</summary>
    public const int BlockBytes = 1 << 20;

    private const int PageBytes = 4096;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _page;

    public LargeFile() => new Random(1).NextBytes(_block);

    /// <summary>Uploads it with content that no earlier round had.</summary>
    /// <param name="http">The connection.</param>
    /// <param name="session">Who uploads.</param>
    /// <param name="hash">Takes the bytes, where the round is checked and not timed.</param>
    public void Upload(HttpConnection http, Session session, IncrementalHash? hash)
    {
        var (head, tail) = Requests.PostFile("/api/documents", session, "one gibibyte.bin", Bytes);
        try
        {
            http.Send(head);
            for (long sent = 0; sent < Bytes; sent += BlockBytes)
            {
                http.Send(NextBlock());
                hash?.AppendData(_block);
            }
            http.Send(tail);
        }
        catch (SocketException)
        {
            // The server refused the rest of the body. Its answer says why; without one, receiving fails below.
        }
        http.Receive();
        http.Expect(201, "POST /api/documents (1 GiB)");
    }

    private byte[] NextBlock()
    {
        for (var offset = 0; offset < BlockBytes; offset += PageBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_block.AsSpan(offset), _page++);
        }
        return _block;
    }
}
