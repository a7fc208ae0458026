using System.Buffers;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>The bytes of one piece in pooled memory that grows with them, so that a small content takes little.</summary>
internal sealed class PieceBuffer(int expected, int largest) : IDisposable
{
    private const int First = 64 * 1024;

    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected, 1024, largest));

    public int Length { get; private set; }

    public bool IsFull => Length == largest;

    public ReadOnlyMemory<byte> Filled => _bytes.AsMemory(0, Length);

    public ArraySegment<byte> Body => new(_bytes!, 0, Length);

    /// <summary>For a source of which so much is expected.</summary>
    public static PieceBuffer For(long? expected, int largest) => new(expected is >= 0 and var known ? (int)Math.Min(known, largest) + 1 : First, largest);

    /// <summary>Reads the source to its end, or until the piece is full. What was read before it failed is kept.</summary>
    /// <returns>False: the source is at its end.</returns>
    public async Task<bool> FillAsync(Stream source, CancellationToken cancel)
    {
        while (!IsFull)
        {
            if (Length == _bytes!.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(Length * 4, First), largest));
                _bytes.AsSpan(0, Length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = larger;
            }
            var read = await source.ReadAsync(_bytes.AsMemory(Length, Math.Min(_bytes.Length, largest) - Length), cancel);
            if (read == 0)
            {
                return false;
            }
            Length += read;
        }
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
