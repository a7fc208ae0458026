namespace Kilo.BuildingBlocks.Content;

/// <summary>
/// Immutable bytes, named by their SHA-256. Written once; a content that is visible is whole and durable.
/// Memory does not grow with a content's size.
/// </summary>
public interface IContentStore
{
    /// <summary>Reads the source to its end. Nothing is visible before <see cref="IStagedContent.CommitAsync"/>; when the source fails, nothing is left.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="expected">How many bytes are expected, as far as known: lets the engine choose how to hold them.</param>
    /// <param name="cancel">Ends it.</param>
    Task<IStagedContent> StageAsync(Stream source, long? expected, CancellationToken cancel);

    /// <summary>Contents that arrive in pieces, over several requests and perhaps through several processes.</summary>
    IPartialContents Partial { get; }

    /// <summary>The bytes from <paramref name="offset"/> on, <paramref name="count"/> at most; null when there is no such content.</summary>
    ValueTask<Stream?> OpenAsync(ContentHash hash, long offset, long count, CancellationToken cancel);

    /// <summary>Contents that nobody wrote or renewed since <paramref name="before"/>.</summary>
    IAsyncEnumerable<ContentHash> UntouchedSinceAsync(DateTimeOffset before, CancellationToken cancel);

    /// <summary>Deletes a content, unless somebody wrote or renewed it since <paramref name="before"/>; then false.</summary>
    ValueTask<bool> DeleteAsync(ContentHash hash, DateTimeOffset before, CancellationToken cancel);
}

/// <summary>Bytes that were read and hashed but are not visible yet. Disposing without committing drops them.</summary>
public interface IStagedContent : IAsyncDisposable
{
    /// <summary>The name that the content will have.</summary>
    ContentHash Hash { get; }

    /// <summary>In bytes.</summary>
    long Size { get; }

    /// <summary>Makes the content visible and durable; an equal content that is there already is renewed instead.</summary>
    /// <exception cref="ContentUnavailableException">It could not be stored (disk full, store away). Nothing is visible.</exception>
    Task CommitAsync(CancellationToken cancel);
}

/// <summary>The content store cannot be written or read now.</summary>
public sealed class ContentUnavailableException(string message, Exception inner) : Exception(message, inner);
