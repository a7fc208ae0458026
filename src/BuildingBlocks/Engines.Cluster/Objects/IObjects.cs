namespace Kilo.Engines.Cluster.Objects;

/// <summary>An object as a list shows it.</summary>
/// <param name="Key">All of it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Written">By the server's clock.</param>
internal readonly record struct ListedObject(string Key, long Size, DateTimeOffset Written);

/// <summary>How bytes are cut into objects, and how much memory they may take on their way.</summary>
/// <param name="Largest">The most bytes of an object. A content of fewer is one object, of as many or more it is in pieces.</param>
/// <param name="Travelling">How many pieces of one writer travel at once while there is room.</param>
internal sealed record PieceLimits(int Largest, int Travelling)
{
    private const int ForAll = 128 * 1024 * 1024;

    /// <summary>The pieces that all writers together may have in memory, beside one each.</summary>
    public SemaphoreSlim Spare { get; } = new(ForAll / Largest);
}

/// <summary>
/// Bytes under keys, as S3 has them. Who lists or gets sees what was put before; an object is visible when it is whole; of those who put one only if it is new, one succeeds;
/// lists are in the order of the keys. Every call is bounded in time, and what cannot be done now is a <see cref="BuildingBlocks.Content.ContentUnavailableException"/>.
/// </summary>
internal interface IObjects
{
    /// <summary>How bytes are cut into objects here.</summary>
    PieceLimits Limits { get; }

    /// <summary>Stores an object. False: only a new one was asked for, and there is one.</summary>
    Task<bool> PutAsync(string key, ArraySegment<byte> body, bool onlyNew, CancellationToken cancel);

    /// <summary>A small object's bytes; null when there is none.</summary>
    Task<byte[]?> GetAsync(string key, CancellationToken cancel);

    /// <summary>A stretch of an object, at least one byte and none behind its end, as it comes; null when there is none. Disposing ends it.</summary>
    Task<Stream?> ReadAsync(string key, long from, long count, CancellationToken cancel);

    /// <summary>The first objects whose keys begin so, in the order of their keys.</summary>
    Task<List<ListedObject>> FirstAsync(string prefix, int count, CancellationToken cancel);

    /// <summary>All objects whose keys begin so, in the order of their keys, a page at a time.</summary>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancel);

    /// <summary>What comes between the prefix and the next slash, each once.</summary>
    IAsyncEnumerable<string> FoldersAsync(string prefix, CancellationToken cancel);

    /// <summary>Deletes an object; also one that is not there.</summary>
    Task DeleteAsync(string key, CancellationToken cancel);

    /// <summary>Deletes all objects whose keys begin so.</summary>
    Task DeleteAllAsync(string prefix, CancellationToken cancel);

    /// <summary>True for what the server or the way to it can do wrong while a stretch is read.</summary>
    bool IsFailure(Exception e);
}
