using Kilo.BuildingBlocks.Content;
using Shouldly;

namespace Kilo.Engines.Tests.Content;

internal static class ContentAssertions
{
    // ShouldBe would print five million numbers.
    public static void ShouldBeBytes(this byte[]? actual, byte[] expected)
    {
        actual.ShouldNotBeNull().Length.ShouldBe(expected.Length);
        actual.AsSpan().SequenceEqual(expected).ShouldBeTrue("the bytes differ");
    }
}

/// <summary>Gives its bytes in pieces whose size changes all the time, as a network does.</summary>
internal sealed class TrickleStream(byte[] bytes) : ReadOnlyStream
{
    private static readonly int[] Pieces = [1, 4095, 17, 65_536, 3, 100_000];

    private int _position, _reads;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var count = Math.Min(Math.Min(buffer.Length, Pieces[_reads++ % Pieces.Length]), bytes.Length - _position);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}

/// <summary>Zeros. Does something bad after so many bytes, and goes on when that throws nothing.</summary>
internal sealed class BrokenStream(int after, Action fault) : ReadOnlyStream
{
    private int _left = after;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            fault();
        }
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(buffer.Length, _left);
        buffer.Span[..count].Clear();
        _left -= count;
        return ValueTask.FromResult(count);
    }
}

/// <summary>Gives its bytes, and then nothing at all until it is told to end: a connection whose other side has gone without a word.</summary>
internal sealed class SilentStream(byte[] bytes) : ReadOnlyStream
{
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _position;

    /// <summary>Done when all bytes were read and more was asked for.</summary>
    public Task Silent => _silent.Task;

    public void End() => _end.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == bytes.Length)
        {
            _silent.TrySetResult();
            await _end.Task.WaitAsync(cancellationToken);
            return 0;
        }
        var count = Math.Min(buffer.Length, bytes.Length - _position);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
