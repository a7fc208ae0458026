namespace Kilo.Engines.Cluster.Objects;

/// <summary>
/// Puts what a source gives as the pieces of one run: while one piece fills, those before it travel. Each writer has one piece in memory, and
/// a few more as long as all writers together have not too many of those.
/// </summary>
/// <param name="objects">Where to.</param>
/// <param name="blob">The blob.</param>
/// <param name="from">Where in the blob the run begins.</param>
internal sealed class RunWriter(IObjects objects, string blob, long from)
{
    private readonly Queue<(PieceBuffer Piece, Task Put)> _travelling = [];
    private readonly Guid _writer = Guid.NewGuid();
    private long _sent;
    private long _length;

    /// <summary>What is durable. Grows in order.</summary>
    public Run Run => new(_writer, from, _length, objects.Limits.Largest);

    /// <summary>Puts the source to its end. When the source fails, what came before is put as well.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="expected">How many, as far as known.</param>
    /// <param name="durable">Called with the bytes of each piece, in order, once they are durable.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>Why the source failed; null when it did not.</returns>
    /// <exception cref="BuildingBlocks.Content.ContentUnavailableException">Not all could be put; <see cref="Run"/> says what was.</exception>
    public Task<Exception?> WriteAsync(Stream source, long? expected, Func<ReadOnlyMemory<byte>, Task> durable, CancellationToken cancel) =>
        WriteAsync(PieceBuffer.For(expected, objects.Limits.Largest), source, durable, cancel);

    /// <inheritdoc cref="WriteAsync(Stream, long?, Func{ReadOnlyMemory{byte}, Task}, CancellationToken)" />
    /// <param name="start">What was read of the source already. It is disposed of here.</param>
    /// <param name="source">The rest.</param>
    /// <param name="durable">Called with the bytes of each piece, in order, once they are durable.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<Exception?> WriteAsync(PieceBuffer start, Stream source, Func<ReadOnlyMemory<byte>, Task> durable, CancellationToken cancel)
    {
        Exception? broken = null;
        var filling = start;
        try
        {
            for (var more = true; more;)
            {
                try
                {
                    more = await filling.FillAsync(source, cancel);
                }
                catch (Exception e)
                {
                    (broken, more) = (e, false);
                }
                if (filling.Length == 0)
                {
                    break;
                }
                await ArriveAsync(durable, objects.Limits.Travelling - 1);
                var piece = filling;
                filling = new PieceBuffer(more ? objects.Limits.Largest : 0, objects.Limits.Largest);
                if (more && objects.Limits.Spare.Wait(0, CancellationToken.None))
                {
                    _travelling.Enqueue((piece, PutAsync(piece, isSpare: true)));
                }
                else
                {
                    _travelling.Enqueue((piece, PutAsync(piece, isSpare: false)));
                    await ArriveAsync(durable, 0);
                }
            }
            await ArriveAsync(durable, 0);
            return broken;
        }
        finally
        {
            filling.Dispose();
            while (_travelling.TryDequeue(out var left))
            {
                await left.Put.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                left.Piece.Dispose();
            }
        }
    }

    /// <summary>Deletes what was put, as far as that is possible now.</summary>
    public async Task TakeBackAsync()
    {
        try
        {
            await objects.DeleteAllAsync($"{Pieces.FolderOf(blob)}{_writer:N}.", CancellationToken.None);
        }
        catch (BuildingBlocks.Content.ContentUnavailableException)
        {
            // It goes with the blob.
        }
    }

    private async Task PutAsync(PieceBuffer piece, bool isSpare)
    {
        var at = from + _sent;
        _sent += piece.Length;
        try
        {
            // What was read is put, also when the reading was ended.
            await objects.PutAsync(Run.KeyAt(blob, at), piece.Body, onlyNew: false, CancellationToken.None);
        }
        finally
        {
            if (isSpare)
            {
                objects.Limits.Spare.Release();
            }
        }
    }

    private async Task ArriveAsync(Func<ReadOnlyMemory<byte>, Task> durable, int leave)
    {
        while (_travelling.Count > leave && _travelling.TryDequeue(out var next))
        {
            using var piece = next.Piece;
            await next.Put;
            _length += piece.Length;
            await durable(piece.Filled);
        }
    }
}
