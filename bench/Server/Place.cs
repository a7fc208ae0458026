using Kilo.Engines.Cluster.Kafka;
using Kilo.Engines.Cluster.Postgres;
using Kilo.Engines.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kilo.Bench.Server;

/// <summary>The servers of a cluster run: named in the environment, as the tests' are.</summary>
/// <param name="Kafka"><c>host:port</c></param>
/// <param name="Postgres">A connection string; its user may create databases.</param>
/// <param name="S3">The connection string of a bucket's server, without the bucket.</param>
internal sealed record ClusterServers(string Kafka, string Postgres, string S3)
{
    /// <exception cref="ArgumentException">One is not named.</exception>
    public static ClusterServers Read() => new(
        Named("KILO_TEST_KAFKA"), Named("KILO_TEST_POSTGRES"),
        $"Endpoint={Named("KILO_TEST_S3")};AccessKey=kilo;SecretKey=kilo-secret;Region=us-east-1;PathStyle=true");

    private static string Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new ArgumentException($"--cluster needs servers; {variable} names none.");
}

/// <summary>Where the processes of one scenario keep everything: a directory or, beside it, topics, a database and a bucket of their own. It ends with the scenario.</summary>
internal sealed class Place : IDisposable
{
    private readonly ClusterServers? _servers;
    private readonly Dictionary<string, string?> _environment = [];
    private string? _postgres;

    public Place(string path, ClusterServers? servers)
    {
        Path = Directory.CreateDirectory(path).FullName;
        if (servers is null)
        {
            return;
        }
        var run = Guid.NewGuid().ToString("N")[..8];
        (_servers, _postgres) = (servers, servers.Postgres);
        Database = $"kilo_bench_{run}";
        _environment["ConnectionStrings__Kafka"] = servers.Kafka;
        _environment["Kilo__Kafka__TopicPrefix"] = $"bench-{run}-";
        _environment["ConnectionStrings__Postgres"] = Postgres;
        _environment["Kilo__Views"] = "postgres";
        _environment["ConnectionStrings__S3"] = $"{servers.S3};Bucket=bench-{run}";
        OnServer($"CREATE DATABASE {Database}");
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Whether the engines are a cluster's.</summary>
    public bool IsCluster => _servers is not null;

    /// <summary>What names the engines to a process.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _environment;

    private string Database { get; set; } = "";

    private string Postgres => new NpgsqlConnectionStringBuilder(_postgres!) { Database = Database }.ConnectionString;

    /// <summary>What has reports folded into a database of their own, on the server that KILO_TEST_POSTGRES names, while all else is embedded; null without a server.</summary>
    public IReadOnlyDictionary<string, string?>? ReportsInPostgres()
    {
        if (IsCluster || System.Environment.GetEnvironmentVariable("KILO_TEST_POSTGRES") is not { Length: > 0 } server)
        {
            return null;
        }
        (_postgres, Database) = (server, $"kilo_bench_{Guid.NewGuid().ToString("N")[..8]}");
        OnServer($"CREATE DATABASE {Database}");
        return new Dictionary<string, string?> { ["ConnectionStrings__Postgres"] = Postgres };
    }

    /// <summary>The log and the views, as a process here has them.</summary>
    public IServiceCollection AddEngines(IServiceCollection services)
    {
        if (_servers is null)
        {
            return services.AddEmbeddedLog(Path).AddEmbeddedViews(Path);
        }
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            _environment.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal), v.Value))).Build();
        return services.AddKafkaLog(_servers.Kafka, settings.GetSection("Kilo:Kafka")).AddPostgresViews(Postgres);
    }

    public void Dispose()
    {
        if (_postgres is not null)
        {
            NpgsqlConnection.ClearAllPools();
            OnServer($"DROP DATABASE {Database} WITH (FORCE)");
        }
        Directory.Delete(Path, recursive: true);
    }

    private void OnServer(string sql)
    {
        using var connection = new NpgsqlConnection(_postgres!);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
