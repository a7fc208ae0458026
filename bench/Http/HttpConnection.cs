using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Kilo.Bench.Http;

/// <summary>
/// One keep-alive HTTP/1.1 connection to a loopback port on a blocking socket. It parses only what a measurement needs, because
/// every cycle here is taken from the server on the same machine. Used by one thread.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private byte[] _head = new byte[4096];
    private int _headLength;
    private byte[] _body = new byte[64 * 1024];
    private int _bodyLength;

    /// <param name="port">Where the server listens.</param>
    /// <param name="bufferBytes">How much one read takes at most.</param>
    public HttpConnection(int port, int bufferBytes = 128 * 1024)
    {
        _buffer = new byte[bufferBytes];
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>The body of the last answer; empty when it was only counted.</summary>
    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    /// <summary>Sends all of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Sends a request without a body and reads the answer.</summary>
    public void Exchange(ReadOnlySpan<byte> request, int expected, string what)
    {
        Send(request);
        Receive();
        Expect(expected, what);
    }

    /// <summary>Reads the answer and keeps its body.</summary>
    public void Receive() => ReceiveBody(keep: true, hash: null);

    /// <summary>Reads the answer and returns its body's length; the bytes are hashed or dropped. The body of an error is kept.</summary>
    public long ReceiveAndCount(IncrementalHash? hash) => ReceiveBody(keep: false, hash);

    /// <summary>The value of a header of the last answer, or null.</summary>
    public string? Header(string name)
    {
        var rest = (ReadOnlySpan<byte>)_head.AsSpan(0, _headLength);
        while (NextLine(ref rest, out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (colon > 0 && Ascii.EqualsIgnoreCase(line[..colon], name))
            {
                return Encoding.ASCII.GetString(line[(colon + 1)..]).Trim();
            }
        }
        return null;
    }

    /// <exception cref="UnexpectedAnswerException">The last answer has another status.</exception>
    public void Expect(int status, string what)
    {
        if (Status != status)
        {
            throw new UnexpectedAnswerException(what, Status, status, Encoding.UTF8.GetString(Body));
        }
    }

    private long ReceiveBody(bool keep, IncrementalHash? hash)
    {
        long length;
        bool chunked;
        do
        {
            (length, chunked) = ReceiveHead();
        }
        while (Status < 200);
        _bodyLength = 0;
        keep |= Status >= 300;
        if (!chunked)
        {
            Take(length, keep, hash);
            return length;
        }
        long total = 0;
        while ((length = ChunkLength()) > 0)
        {
            Take(length, keep, hash);
            TakeLineEnd();
            total += length;
        }
        TakeLineEnd();
        return total;
    }

    private (long Length, bool Chunked) ReceiveHead()
    {
        int end;
        while ((end = Pending.IndexOf("\r\n\r\n"u8)) < 0)
        {
            Fill();
        }
        _headLength = end + 2;
        if (_head.Length < _headLength)
        {
            _head = new byte[_headLength * 2];
        }
        Pending[.._headLength].CopyTo(_head);
        _start += end + 4;

        var rest = (ReadOnlySpan<byte>)_head.AsSpan(0, _headLength);
        NextLine(ref rest, out var statusLine);
        if (statusLine.Length < 12 || !Utf8Parser.TryParse(statusLine[9..12], out int status, out _))
        {
            throw new IOException("The answer is not HTTP/1.1.");
        }
        Status = status;
        var (length, chunked) = (0L, false);
        while (NextLine(ref rest, out var line))
        {
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "Content-Length:"u8)
                && !Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out length, out _))
            {
                throw new IOException("The answer has a Content-Length that is no number.");
            }
            chunked |= line.Length > 18 && Ascii.EqualsIgnoreCase(line[..18], "Transfer-Encoding:"u8) && line.EndsWith("chunked"u8);
        }
        return (length, chunked);
    }

    private static bool NextLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf("\r\n"u8);
        line = end < 0 ? [] : rest[..end];
        rest = end < 0 ? [] : rest[(end + 2)..];
        return end >= 0;
    }

    private long ChunkLength()
    {
        int end;
        while ((end = Pending.IndexOf("\r\n"u8)) < 0)
        {
            Fill();
        }
        if (!Utf8Parser.TryParse(Pending[..end], out long length, out _, 'x'))
        {
            throw new IOException("The answer has a chunk without a length.");
        }
        _start += end + 2;
        return length;
    }

    private void TakeLineEnd()
    {
        while (_end - _start < 2)
        {
            Fill();
        }
        _start += 2;
    }

    private void Take(long count, bool keep, IncrementalHash? hash)
    {
        while (count > 0)
        {
            if (_start == _end)
            {
                Fill();
            }
            var bytes = Pending[..(int)Math.Min(count, _end - _start)];
            if (keep)
            {
                if (_body.Length - _bodyLength < bytes.Length)
                {
                    Array.Resize(ref _body, Math.Max(_body.Length * 2, _bodyLength + bytes.Length));
                }
                bytes.CopyTo(_body.AsSpan(_bodyLength));
                _bodyLength += bytes.Length;
            }
            hash?.AppendData(bytes);
            _start += bytes.Length;
            count -= bytes.Length;
        }
    }

    private ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    private void Fill()
    {
        if (_start > 0)
        {
            Pending.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var read = _socket.Receive(_buffer.AsSpan(_end));
        _end += read > 0 ? read : throw new IOException($"The server closed the connection; of its answer it had sent: '{Encoding.UTF8.GetString(Pending)}'.");
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>The server answered, but not what the measurement is about. Ends the scenario.</summary>
internal sealed class UnexpectedAnswerException(string what, int status, int expected, string body)
    : Exception($"{what} was answered with {status} instead of {expected}: {(body.Length == 0 ? "(no body)" : body)}");
