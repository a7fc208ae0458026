namespace Kilo.BuildingBlocks.Content;

/// <summary>
/// Contents that are not whole yet. What was acknowledged is durable: it is there after a crash, for every process. One caller has
/// a partial content at a time, and the newest who asks gets it: a sender whose connection is dead must not keep it from the one who goes on.
/// </summary>
public interface IPartialContents
{
    /// <summary>Starts one, empty and durable. False: there is one with this id already, and it stays as it is.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="metadata">The caller's own; the engine only keeps it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ContentUnavailableException">It could not be stored.</exception>
    Task<bool> CreateAsync(Guid id, ReadOnlyMemory<byte> metadata, CancellationToken cancel);

    /// <summary>The metadata, without taking it from whoever has it; null when there is none.</summary>
    ValueTask<byte[]?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>
    /// Takes it, for this caller alone, from whoever has it: their <see cref="IPartialContent.AppendAsync"/> keeps what came and ends. Null when
    /// there is none. The first taking after a restart reads all the bytes once, to know their hash so far; when that is cut
    /// short, the next taking goes on from there.
    /// </summary>
    /// <exception cref="PartialContentTakenException">Whoever has it did not let go within 10 s, or a still newer caller took it.</exception>
    Task<IPartialContent?> TakeAsync(Guid id, CancellationToken cancel);

    /// <summary>Drops those that were last touched before then, unless somebody has them. Returns how many.</summary>
    Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancel);
}

/// <summary>A partial content in the hands of one caller. Disposing lets go of it and drops nothing.</summary>
public interface IPartialContent : IAsyncDisposable
{
    /// <summary>As it was created or last saved.</summary>
    ReadOnlyMemory<byte> Metadata { get; }

    /// <summary>How many bytes are there, durable.</summary>
    long Length { get; }

    /// <summary>When it was created, appended to or saved last.</summary>
    DateTimeOffset Touched { get; }

    /// <summary>
    /// Appends the source to its end; what was appended is durable when this returns. When the source fails, what came before is kept, durable as well,
    /// and the failure is thrown.
    /// </summary>
    /// <param name="source">The next bytes.</param>
    /// <param name="whole">True: all or nothing. When the source fails, or the process ends, nothing of it is kept.</param>
    /// <param name="cancel">Ends it, as if the source had failed.</param>
    /// <exception cref="PartialContentTakenException">A newer caller took it.</exception>
    /// <exception cref="ContentUnavailableException">It could not be stored. <see cref="Length"/> says what was.</exception>
    Task AppendAsync(Stream source, bool whole, CancellationToken cancel);

    /// <summary>Replaces the metadata, durably.</summary>
    Task SaveAsync(ReadOnlyMemory<byte> metadata, CancellationToken cancel);

    /// <summary>
    /// All bytes as a content to commit, in a time that does not depend on their number. It can be asked for again, also after a commit and after a
    /// crash in between. Disposing the staged content drops nothing here.
    /// </summary>
    Task<IStagedContent> CompleteAsync(CancellationToken cancel);

    /// <summary>Drops it, for good. A content that was committed from it stays.</summary>
    Task DropAsync(CancellationToken cancel);
}

/// <summary>Somebody else has the partial content.</summary>
public sealed class PartialContentTakenException() : Exception("Somebody else has the partial content.");
