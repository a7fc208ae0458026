using System.Runtime.CompilerServices;
using Kilo.Testing.Http;

namespace Kilo.Users.Tests.Kit;

/// <summary>What servers of this suite have.</summary>
internal static class ServerModules
{
    [ModuleInitializer]
    internal static void Choose() => KiloServer.Modules = "documents,users";
}
