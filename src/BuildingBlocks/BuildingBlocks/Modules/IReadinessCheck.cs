namespace Kilo.BuildingBlocks.Modules;

/// <summary>Something that must be done or reachable before this process should get requests.</summary>
public interface IReadinessCheck
{
    /// <summary>A sentence that says what it waits for; null when it is ready.</summary>
    string? NotReadyBecause { get; }
}

/// <summary>The directory for what must stay on this machine.</summary>
/// <param name="Path">Absolute; it exists.</param>
public sealed record DataDirectory(string Path);
