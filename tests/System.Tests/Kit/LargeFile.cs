using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kilo.SystemTests.Kit;

/// <summary>A file of any length that is nowhere: its bytes come as they are read, each block different, and its SHA-256 with them.</summary>
internal sealed class LargeFile : Stream
{
    private const int Block = 64 * 1024;

    private readonly byte[] _block = Bytes.Random(new Random(1), Block);
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    public LargeFile(long length) => Length = length;

    /// <summary>Of what was read so far.</summary>
    public string Sha256 => Convert.ToHexStringLower(_sha.GetCurrentHash());

    public override long Length { get; }

    public override int Read(Span<byte> buffer)
    {
        var within = (int)(_position % Block);
        if (within == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_block, _position);
        }
        var count = (int)Math.Min(Math.Min(buffer.Length, Block - within), Length - _position);
        var read = _block.AsSpan(within, count);
        read.CopyTo(buffer);
        _sha.AppendData(read);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    // Seekable, so that the client sends its length; it is read once and from the start.
    public override bool CanSeek => true;
    public override bool CanRead => true;
    public override bool CanWrite => false;
    public override long Position { get => _position; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _sha.Dispose();
        base.Dispose(disposing);
    }
}
