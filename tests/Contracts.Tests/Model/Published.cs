using System.Reflection;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Contracts.Tests.Model;

/// <summary>Every event of every module of this build, taken from the modules themselves: a new one is found without being listed.</summary>
internal static class Published
{
    private static readonly Lazy<IReadOnlyList<(IModule Module, EventCatalogue Catalogue)>> Discovered = new(Discover);

    public static IReadOnlyList<IModule> Modules => [.. Discovered.Value.Select(m => m.Module)];

    /// <summary>All events, ordered by name. Modules that read each other's events name the same one more than once.</summary>
    public static IReadOnlyList<EventType> Events => [.. Discovered.Value.SelectMany(m => m.Catalogue.Types).DistinctBy(e => (e.Name, e.ClrType)).OrderBy(e => e.Name, StringComparer.Ordinal)];

    public static EventType Event(string name) => Events.Single(e => e.Name == name);

    /// <summary>A catalogue that knows the event, as its module set it up.</summary>
    public static EventCatalogue CatalogueOf(EventType type) => Discovered.Value.Select(m => m.Catalogue).First(c => c.Types.Any(t => t.ClrType == type.ClrType));

    private static IReadOnlyList<(IModule Module, EventCatalogue Catalogue)> Discover()
    {
        // Referenced is not loaded: a module that no test names would be missed.
        var assemblies = Directory.EnumerateFiles(AppContext.BaseDirectory, "Kilo.*.dll").Select(path => Assembly.Load(AssemblyName.GetAssemblyName(path)));
        return
        [
            .. from assembly in assemblies
               from type in assembly.GetTypes()
               where typeof(IModule).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false }
               orderby type.FullName
               let module = (IModule)Activator.CreateInstance(type)!
               select (module, CatalogueOf(module)),
        ];
    }

    private static EventCatalogue CatalogueOf(IModule module)
    {
        var catalogue = new EventCatalogue();
        module.AddEvents(catalogue);
        return catalogue;
    }
}
