using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Documents.SweepContent;

/// <summary>
/// Deletes contents that no version refers to and that nobody stored or renewed during the grace period: what purged documents
/// left, and what an upload stored whose fact never came. It only sweeps when the views have folded the whole log and nothing
/// of it is parked, so that it cannot overlook a reference.
/// </summary>
internal sealed class ContentSweep(
    IContentStore contents, IEventLog log, [FromKeyedServices(DocumentsModule.ModuleName)] ModuleViews views, DocumentsOptions options, TimeProvider time,
    ILogger<ContentSweep> logger) : BackgroundService
{
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
        if (!await HasFoldedEverythingAsync(cancel))
        {
            return;
        }
        var before = time.GetUtcNow() - options.ContentGracePeriod;
        var deleted = 0;
        await foreach (var hash in contents.UntouchedSinceAsync(before, cancel))
        {
            var referrers = await views.Store.SliceAsync(new Slice(ReferencesView.Table.Name, hash.Hex, "", null, 1), cancel);
            if (referrers.Count == 0 && await contents.DeleteAsync(hash, before, cancel))
            {
                deleted++;
            }
        }
        if (deleted > 0)
        {
            logger.LogInformation("Deleted {Count} contents that nothing had referred to for {Grace}.", deleted, options.ContentGracePeriod);
        }
    }

    private async Task<bool> HasFoldedEverythingAsync(CancellationToken cancel)
    {
        foreach (var topic in views.Topics)
        {
            for (var partition = 0; partition < log.Partitions(topic); partition++)
            {
                var end = await log.EndAsync(topic, partition, cancel);
                var parked = await views.Store.SliceAsync(new Slice(ParkedEvent.Table.Name, $"{topic.Name}/{partition}", "", null, 1), cancel);
                if (parked.Count > 0 || await views.Store.CheckpointAsync(topic.Name, partition, cancel) < end)
                {
                    return false;
                }
            }
        }
        return true;
    }
}

/// <summary>Its key says everything.</summary>
internal sealed record ReferenceRow
{
    public static ReferenceRow Version { get; } = new();
}

/// <summary>Which versions refer to a content. Partition: the content's SHA-256; sort key: the document and the version.</summary>
internal static class ReferencesView
{
    public static ViewTable<ReferenceRow> Table { get; } = new("references", RowsJson.Default.ReferenceRow);

    public static async ValueTask FoldAsync(Transition t, ViewSession session, CancellationToken cancel)
    {
        if (t.Added is not null)
        {
            session.Put(Table, t.Added.Sha256, $"{t.Id}/{t.Added.Number}", ReferenceRow.Version);
        }
        if (t.After.Purged)
        {
            foreach (var (_, version) in await session.SliceAsync(ListVersions.VersionsView.Table, t.Id, "", null, cancel))
            {
                session.Delete(Table, version.Sha256, $"{t.Id}/{version.Number}");
            }
        }
    }
}
