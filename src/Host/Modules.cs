using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;
using Kilo.Documents;
using Kilo.Reporting;
using Kilo.Users;
using Kilo.Web;

namespace Kilo.Host;

/// <summary>The modules of this build.</summary>
public static class Modules
{
    /// <summary>Each module once.</summary>
    public static IReadOnlyList<IModule> All { get; } = [new DocumentsModule(), new UsersModule(), new ReportingModule(), new WebModule()];

    /// <summary>The events of every module, whichever modules run here: they travel on shared topics.</summary>
    public static EventCatalogue Catalogue()
    {
        var catalogue = new EventCatalogue();
        foreach (var module in All)
        {
            module.AddEvents(catalogue);
        }
        return catalogue;
    }
}
