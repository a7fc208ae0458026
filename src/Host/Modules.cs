using Kilo.BuildingBlocks.Modules;
using Kilo.Documents;
using Kilo.Users;
using Kilo.Web;

namespace Kilo.Host;

/// <summary>The modules of this build.</summary>
public static class Modules
{
    /// <summary>Each module once.</summary>
    public static IReadOnlyList<IModule> All { get; } = [new DocumentsModule(), new UsersModule(), new WebModule()];
}
