using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.Kafka;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Engines.Cluster.S3;
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
    private const string Files = "files", InCassandra = "cassandra";

    /// <summary>Registers the engines and says which they are.</summary>
    /// <exception cref="StartRefusedException">A connection string names an engine that this build does not carry, or is not like one.</exception>
    public static IReadOnlyList<ChosenEngine> AddEngines(this IServiceCollection services, IConfiguration configuration, string data, IReadOnlyList<IModule> modules) =>
    [
        Log(services, configuration, data), Views(services, configuration, data), .. modules.Where(m => m.Relations is not null).Select(m => Relations(services, configuration, data, m)),
        Content(services, configuration, data), .. CacheAndKeys(services, configuration, data),
    ];

    /// <summary>The table that the start prints.</summary>
    public static string Describe(IReadOnlyList<ChosenEngine> engines) => string.Join(Environment.NewLine,
        engines.Prepend(new("port", "engine", "where")).Select(e => $"  {e.Port,-10}{e.Engine,-30}{e.Where}"));

    /// <summary>Contents that lie in the data directory must not be looked for elsewhere because of a connection string that may be meant for the views alone.</summary>
    /// <exception cref="StartRefusedException">There are some, and nobody said where contents are.</exception>
    public static void MustNotHideContents(IConfiguration configuration, string data)
    {
        if (ContentChoice(configuration) is null && Names(configuration, "Cassandra") && !Names(configuration, "S3") && Directory.Exists(Path.Combine(data, "content")))
        {
            throw new StartRefusedException($"{Path.Combine(data, "content")} has contents, and ConnectionStrings__Cassandra would have them looked for in Cassandra. "
                + "Set Kilo__Content to files if they are to stay where they are, or to cassandra if they were moved there.");
        }
    }

    private static ChosenEngine Log(IServiceCollection services, IConfiguration configuration, string data)
    {
        if (Names(configuration, "Kafka"))
        {
            var servers = configuration.GetConnectionString("Kafka")!;
            services.AddKafkaLog(servers, configuration.GetSection("Kilo:Kafka"));
            return new("log", "Kafka", servers);
        }
        services.AddEmbeddedLog(data);
        return new("log", "SQLite, group commit", Path.Combine(data, "log"));
    }

    private static ChosenEngine Views(IServiceCollection services, IConfiguration configuration, string data)
    {
        if (PostgresOf(configuration) is { } postgres)
        {
            services.AddPostgresViews(postgres);
            return new("views", "PostgreSQL, schema per module", PostgresEngines.Where(postgres));
        }
        if (Names(configuration, "Cassandra"))
        {
            return ReleasedEngines.AddCassandraViews(services, configuration);
        }
        services.AddEmbeddedViews(data);
        return new("views", "SQLite, a file per module", Path.Combine(data, "views"));
    }

    private static ChosenEngine Relations(IServiceCollection services, IConfiguration configuration, string data, IModule module)
    {
        if (Names(configuration, "Postgres"))
        {
            var postgres = Postgres(configuration, "ConnectionStrings__Postgres is not like one. Its form is Host=…;Database=…;Username=…;Password=…");
            services.AddPostgresRelations(postgres, module);
            return new(module.Name, $"PostgreSQL, schema {module.Relations!.Schema}", PostgresEngines.Where(postgres));
        }
        services.AddEmbeddedRelations(data, module);
        return new(module.Name, "SQLite", Path.Combine(data, "views"));
    }

    private static ChosenEngine Content(IServiceCollection services, IConfiguration configuration, string data)
    {
        var choice = ContentChoice(configuration);
        if (configuration.GetConnectionString("S3") is { Length: > 0 } s3)
        {
            services.AddS3Content(s3);
            return new("content", "S3", S3Engine.Where(s3));
        }
        if (choice != Files && Names(configuration, "Cassandra"))
        {
            return ReleasedEngines.AddCassandraContent(services, configuration);
        }
        services.AddEmbeddedContent(data);
        return new("content", "files, small ones packed", Path.Combine(data, "content"));
    }

    private static string? ContentChoice(IConfiguration configuration) => configuration["Kilo:Content"] switch
    {
        null or "" => null,
        { } choice when Names(configuration, "S3") => throw new StartRefusedException($"Kilo__Content is {choice}, but ConnectionStrings__S3 says that contents are in S3. Leave one of them out."),
        Files => Files,
        InCassandra when Names(configuration, "Cassandra") => InCassandra,
        InCassandra => throw new StartRefusedException("Kilo__Content is cassandra, so ConnectionStrings__Cassandra has to say where: Contact Points=…;Port=…;Default Keyspace=…"),
        { } unknown => throw new StartRefusedException($"'{unknown}' is no choice for Kilo__Content. It is files or cassandra, or left out: then contents are in S3 where ConnectionStrings__S3 names one, "
            + "else in Cassandra where ConnectionStrings__Cassandra does, else in files."),
    };

    private static IEnumerable<ChosenEngine> CacheAndKeys(IServiceCollection services, IConfiguration configuration, string data)
    {
        if (Names(configuration, "Redis"))
        {
            return [ReleasedEngines.AddRedisCache(services, configuration)];
        }
        if (PostgresOf(configuration) is { } postgres)
        {
            services.AddPostgresCache(postgres).AddPostgresKeys(postgres);
            return [new("cache", "PostgreSQL, with its keys", PostgresEngines.Where(postgres))];
        }
        services.AddEmbeddedCache(data);
        // The keys that sessions are encrypted with; read only where there are sessions.
        services.AddOptions<KeyManagementOptions>().Configure<ILoggerFactory>((keys, logger) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(data, "keys")), logger));
        return [new("cache", "SQLite", Path.Combine(data, "cache"))];
    }

    // A PostgreSQL that is named may be meant for reports alone.
    private static string? PostgresOf(IConfiguration configuration)
    {
        if (configuration["Kilo:Views"] is not { Length: > 0 } views)
        {
            return null;
        }
        if (views != "postgres")
        {
            throw new StartRefusedException($"'{views}' is no choice for Kilo__Views. It is postgres, or left out: then views are in Cassandra where ConnectionStrings__Cassandra names one, else in SQLite.");
        }
        return Postgres(configuration, "Kilo__Views is postgres, so ConnectionStrings__Postgres has to say where: Host=…;Database=…;Username=…;Password=…");
    }

    private static string Postgres(IConfiguration configuration, string refusal)
    {
        try
        {
            var postgres = configuration.GetConnectionString("Postgres") ?? "";
            PostgresEngines.Where(postgres);
            return postgres;
        }
        catch (ArgumentException)
        {
            // Without what it says: a password may be in it.
            throw new StartRefusedException(refusal);
        }
    }

    private static bool Names(IConfiguration configuration, string engine) => !string.IsNullOrEmpty(configuration.GetConnectionString(engine));
}
