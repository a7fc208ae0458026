using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Kilo.Host;

/// <summary>
/// Memory for connections in blocks of 32 KiB instead of Kestrel's 4 KiB. A connection receives a block per system call, so a
/// large upload needs an eighth of the calls and wake-ups. An idle connection holds no block.
/// </summary>
internal sealed class ConnectionMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 128 * 1024;

    // Beyond this many (8 MiB) a returned block is left to the garbage collector.
    private const int MostIdle = 256;

    private readonly ConcurrentQueue<Block> _idle = new();

    public override int MaxBufferSize => BlockSize;

    /// <summary>One pool serves all who ask.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        return _idle.TryDequeue(out var block) ? block : new Block(this);
    }

    // Shared by transports that come and go; the process owns it.
    protected override void Dispose(bool disposing) { }

    private sealed class Block(ConnectionMemory pool) : MemoryManager<byte>
    {
        // Pinned once for all system calls that will read into it.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public override Memory<byte> Memory => CreateMemory(BlockSize);

        public override Span<byte> GetSpan() => _bytes;

        public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
            new((byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, elementIndex));

        public override void Unpin() { }

        protected override bool TryGetArray(out ArraySegment<byte> segment)
        {
            segment = _bytes;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && pool._idle.Count < MostIdle)
            {
                pool._idle.Enqueue(this);
            }
        }
    }
}
