using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Host.Transfer;

/// <summary>Where events and contents are read from: engines, or a backup of some.</summary>
internal interface ISource
{
    int Partitions(Topic topic);

    /// <summary>The end of a partition now.</summary>
    ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel);

    /// <summary>The events from <paramref name="from"/> on and below <paramref name="end"/>, in their order.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(Topic topic, int partition, long from, long end, CancellationToken cancel);

    /// <summary>The whole content; null when it is not there.</summary>
    ValueTask<Stream?> OpenAsync(ContentHash hash, CancellationToken cancel);

    /// <summary>The contents that are there since before <paramref name="before"/>.</summary>
    IAsyncEnumerable<ContentHash> ContentsAsync(DateTimeOffset before, CancellationToken cancel);
}
