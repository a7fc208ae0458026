using System.Diagnostics;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// A stretch of bytes as the server sends them, with no buffer in between. The piece after the one that is read is asked for beforehand. A connection that is cut, or falls
/// silent, is followed by another that goes on where it was.
/// </summary>
internal sealed class ContentStream : ReadOnlyStream
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTrying = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IObjects _objects;
    private readonly Func<CancellationToken, Task<LocatedBytes?>> _locateAgain;
    private readonly CancellationTokenSource _disposed = new();
    private readonly long _end;
    private LocatedBytes _located;
    private long _position;
    private Stream? _current;
    private long _currentEnd;
    private Task<Stream?>? _next;

    private ContentStream(IObjects objects, LocatedBytes located, long offset, long count, Func<CancellationToken, Task<LocatedBytes?>> locateAgain) =>
        (_objects, _located, _locateAgain, _position, _end) = (objects, located, locateAgain, offset, Math.Min(located.Length, offset + Math.Min(count, long.MaxValue - offset)));

    /// <summary>The bytes from <paramref name="offset"/> on, the first of them on their way; null when they are gone.</summary>
    public static async Task<Stream?> OpenAsync(
        IObjects objects, LocatedBytes located, long offset, long count, Func<CancellationToken, Task<LocatedBytes?>> locateAgain, CancellationToken cancel)
    {
        var stream = new ContentStream(objects, located, offset, count, locateAgain);
        try
        {
            if (stream._position < stream._end && !await stream.OpenCurrentAsync(cancel))
            {
                await stream.DisposeAsync();
                return null;
            }
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _end || buffer.Length == 0)
        {
            return 0;
        }
        long? failing = null;
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (_current is null && !await OpenCurrentAsync(cancellationToken))
                {
                    throw Unavailable(null);
                }
                if (await ReadCurrentAsync(buffer, cancellationToken) is > 0 and var read)
                {
                    _position += read;
                    if (_position == _currentEnd)
                    {
                        CloseCurrent();
                    }
                    return read;
                }
            }
            catch (Exception e) when (e is ContentUnavailableException || _objects.IsFailure(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = e;
            }
            CloseCurrent();
            failing ??= Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(failing.Value) > LongestTrying)
            {
                throw Unavailable(failure);
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async ValueTask<int> ReadCurrentAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(LongestSilence);
        return await _current!.ReadAsync(buffer, limited.Token);
    }

    // False: the content is gone.
    private async Task<bool> OpenCurrentAsync(CancellationToken cancel)
    {
        while (!await TryOpenAsync(cancel))
        {
            var missing = _located.At(_position).Key;
            if (await _locateAgain(cancel) is not { } again)
            {
                return false;
            }
            _located = again;
            if (again.At(_position).Key == missing)
            {
                // Whatever makes a content visible goes before its bytes do.
                throw new ContentUnavailableException("Bytes of the content are missing.", new EndOfStreamException());
            }
        }
        return true;
    }

    // False: the piece is gone.
    private async Task<bool> TryOpenAsync(CancellationToken cancel)
    {
        var piece = _located.At(_position);
        _currentEnd = Math.Min(piece.End, _end);
        if (_next is { } next)
        {
            try
            {
                _current = await next.WaitAsync(cancel);
            }
            finally
            {
                _next = next.IsCompleted ? null : next;
            }
        }
        else
        {
            _current = await _objects.ReadAsync(piece.Key, _position - piece.From, _currentEnd - _position, cancel);
        }
        if (_current is null)
        {
            return false;
        }
        if (_currentEnd < _end)
        {
            var following = _located.At(_currentEnd);
            _next = _objects.ReadAsync(following.Key, 0, Math.Min(following.End, _end) - following.From, _disposed.Token);
        }
        return true;
    }

    private void CloseCurrent()
    {
        _current?.Dispose();
        _current = null;
        if (_next is not null && _position != _currentEnd)
        {
            Abandon();
        }
    }

    // What was asked for beforehand is not wanted any more.
    private void Abandon()
    {
        _next?.ContinueWith(static opened =>
        {
            _ = opened.Exception;
            if (opened.IsCompletedSuccessfully)
            {
                opened.Result?.Dispose();
            }
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _next = null;
    }

    private static ContentUnavailableException Unavailable(Exception? inner) =>
        new("The content could not be read to its end.", inner ?? new EndOfStreamException());

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed.IsCancellationRequested)
        {
            _disposed.Cancel();
            _current?.Dispose();
            _current = null;
            Abandon();
            _disposed.Dispose();
        }
        base.Dispose(disposing);
    }
}
