using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Embedded;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Kilo.Host;

/// <summary>An engine that was chosen for a port.</summary>
/// <param name="Port">What it serves.</param>
/// <param name="Engine">What it is.</param>
/// <param name="Where">Where it keeps things; never a secret.</param>
public sealed record ChosenEngine(string Port, string Engine, string Where);

/// <summary>Chooses an engine for each port by the connection strings that are present. The only place that knows which engines a build carries.</summary>
public static class EngineSelection
{
    private static readonly string[] ClusterEngines = ["Kafka", "Cassandra", "Postgres", "Redis", "S3"];

    /// <summary>Registers the engines and says which they are.</summary>
    /// <exception cref="StartRefusedException">A connection string names an engine that this build does not carry.</exception>
    public static IReadOnlyList<ChosenEngine> AddEngines(this IServiceCollection services, IConfiguration configuration, string data)
    {
        if (ClusterEngines.FirstOrDefault(e => !string.IsNullOrEmpty(configuration.GetConnectionString(e))) is { } asked)
        {
            throw new StartRefusedException($"ConnectionStrings__{asked} is set, but this build carries only the embedded engines. Remove it to start with those.");
        }
        services.AddEmbeddedLog(data).AddEmbeddedViews(data).AddEmbeddedContent(data).AddEmbeddedCache(data);
        // The keys that sessions are encrypted with; read only where there are sessions.
        services.AddOptions<KeyManagementOptions>().Configure<ILoggerFactory>((keys, logger) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(data, "keys")), logger));
        return
        [
            new("log", "SQLite, group commit", Path.Combine(data, "log")),
            new("views", "SQLite, a file per module", Path.Combine(data, "views")),
            new("content", "files, small ones packed", Path.Combine(data, "content")),
            new("cache", "SQLite", Path.Combine(data, "cache")),
        ];
    }

    /// <summary>The table that the start prints.</summary>
    public static string Describe(IReadOnlyList<ChosenEngine> engines) => string.Join(Environment.NewLine,
        engines.Prepend(new("port", "engine", "where")).Select(e => $"  {e.Port,-10}{e.Engine,-30}{e.Where}"));
}
