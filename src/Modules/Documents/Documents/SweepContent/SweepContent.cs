using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.Documents.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Documents.SweepContent;

/// <summary>
/// Deletes contents that no version refers to and that nobody stored or renewed during the grace period: what purged documents
/// left, and what an upload stored whose fact never came. Removes uploads in pieces that nobody went on with. Which contents are referred to is read from the log itself: views
/// may lag or be wrong, the log is neither.
/// </summary>
internal sealed class ContentSweep(
    IContentStore contents, IEventLog log, EventCatalogue catalogue, DocumentsOptions options, TimeProvider time, ILogger<ContentSweep> logger) : BackgroundService
{
    private const int BatchSize = 2_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning(e, "The sweep of unreferenced contents ended early and starts again in {Interval}.", options.SweepInterval);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        if (await contents.Partial.SweepAsync(time.GetUtcNow() - options.UploadExpiration, cancel) is > 0 and var expired)
        {
            logger.LogInformation("Removed {Count} uploads that had got nothing for {Expiration}.", expired, options.UploadExpiration);
        }
        var before = time.GetUtcNow() - options.ContentGracePeriod;
        // A content is stored or renewed before its fact is appended. One that was not touched since `before` either has its fact
        // on the log by now, or never will.
        var live = await LiveContentsAsync(cancel);
        var deleted = 0;
        await foreach (var hash in contents.UntouchedSinceAsync(before, cancel))
        {
            if (!live.Contains(Short(hash.Hex)) && await contents.DeleteAsync(hash, before, cancel))
            {
                deleted++;
            }
        }
        if (deleted > 0)
        {
            logger.LogInformation("Deleted {Count} contents that nothing had referred to for {Grace}.", deleted, options.ContentGracePeriod);
        }
    }

    // An event that cannot be read could refer to anything: then the read throws, and nothing is deleted.
    private async Task<HashSet<UInt128>> LiveContentsAsync(CancellationToken cancel)
    {
        var purged = new HashSet<Guid>();
        await foreach (var fact in FactsAsync(DocumentPurged.EventName, cancel))
        {
            purged.Add(((DocumentPurged)fact).DocumentId);
        }
        var live = new HashSet<UInt128>();
        await foreach (var fact in FactsAsync(null, cancel))
        {
            var (document, content) = fact switch
            {
                DocumentAdded added => (added.DocumentId, added.Content),
                VersionAdded added => (added.DocumentId, added.Content),
                _ => default,
            };
            if (content is not null && !purged.Contains(document))
            {
                live.Add(Short(content.Sha256));
            }
        }
        return live;
    }

    private async IAsyncEnumerable<object> FactsAsync(string? type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var topic = DocumentsTopics.Documents;
        for (var partition = 0; partition < log.Partitions(topic); partition++)
        {
            long next = 0;
            while (await log.ReadAsync(topic, partition, next, BatchSize, cancel) is { Count: > 0 } entries)
            {
                foreach (var entry in entries)
                {
                    if (type is null || entry.Event.Type == type)
                    {
                        yield return catalogue.Read(entry.Event);
                    }
                }
                next = entries[^1].Position.Offset + 1;
            }
        }
    }

    // Half of a SHA-256 tells contents apart as well; an equal half would only keep a content too long.
    private static UInt128 Short(string hex) => UInt128.Parse(hex.AsSpan(0, 32), System.Globalization.NumberStyles.HexNumber, null);
}
