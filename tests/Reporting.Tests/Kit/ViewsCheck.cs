using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Embedded;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting.Tests.Kit;

/// <summary>What <c>verify --views</c> finds of a server.</summary>
internal static class ViewsCheck
{
    public static async Task<IReadOnlyList<ViewDifference>> OfAsync(KiloServer server)
    {
        var module = new ReportingModule();
        using var scratch = new ScratchViews(module.AllTables(), module.Relations);
        using var check = new ViewCheck(
            module, [.. server.Services.GetKeyedServices<Projection>(module.Name)], server.Services.GetRequiredKeyedService<ModuleViews>(module.Name).Store, scratch.Store, scratch.PartitionAfter,
            server.Log, server.Services.GetRequiredService<EventCatalogue>(), (_, _) => ValueTask.CompletedTask,
            new CheckedTables(module.Relations, server.Services.GetRequiredKeyedService<IRelations>(module.Name).SnapshotAsync, _ => Task.FromResult(scratch.Snapshot())));
        var found = await check.RunAsync(_ => { }, CancellationToken.None);
        found.Rows.ShouldBeGreaterThan(0);
        return found.Differences;
    }
}
