namespace Kilo.Host;

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
