namespace Kilo.BuildingBlocks.Modules;

/// <summary>What a process does for its modules. A workload is a role and a module.</summary>
[Flags]
public enum Role
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Serves the HTTP API.</summary>
    Rest = 1,

    /// <summary>Folds the log into views.</summary>
    Aggregator = 2,

    /// <summary>Serves the portal.</summary>
    Bff = 4,

    /// <summary>Everything.</summary>
    All = Rest | Aggregator | Bff,
}

/// <summary>What this process does.</summary>
/// <param name="Role">Its roles.</param>
/// <param name="Modules">Its modules.</param>
public sealed record Workload(Role Role, IReadOnlyList<IModule> Modules)
{
    /// <summary>True when the module's REST API is served here.</summary>
    public bool Serves(string module) => Role.HasFlag(Role.Rest) && Modules.Any(m => m.Name == module && m.Roles.HasFlag(Role.Rest));
}
