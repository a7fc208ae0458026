using Kilo.Testing;
using Npgsql;

namespace Kilo.SystemTests.Kit;

/// <summary>Kafka, PostgreSQL and S3 for one test: topics under a prefix, a database and a bucket of its own. Skips the test where one of the servers is missing.</summary>
internal sealed class ClusterEngines : IAsyncDisposable
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly NpgsqlConnectionStringBuilder _postgres;
    private readonly NpgsqlConnectionStringBuilder _server;

    private ClusterEngines(string kafka, string postgres, string s3)
    {
        _server = new(postgres);
        _postgres = new(postgres) { Database = $"kilo_system_{_run}" };
        (Kafka, S3) = (kafka, s3);
    }

    /// <summary>Where Kafka is reached, <c>host:port</c>; a test puts something in between.</summary>
    public string Kafka { get; set; }

    /// <summary>Where S3 is reached, <c>http://host:port</c>; a test puts something in between.</summary>
    public string S3 { get; set; }

    /// <summary>Where PostgreSQL is reached; a test puts something in between.</summary>
    public (string Host, int Port) PostgresAddress
    {
        get => (_postgres.Host!, _postgres.Port);
        set => (_postgres.Host, _postgres.Port) = (value.Host, value.Port);
    }

    /// <summary>What a process needs in its environment.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["ConnectionStrings__Kafka"] = Kafka,
        ["Kilo__Kafka__TopicPrefix"] = $"system-{_run}-",
        ["ConnectionStrings__Postgres"] = _postgres.ConnectionString,
        ["Kilo__Views"] = "postgres",
        ["ConnectionStrings__S3"] = $"Endpoint={S3};Bucket=system-{_run};AccessKey=kilo;SecretKey=kilo-secret;Region=us-east-1;PathStyle=true",
    };

    public static async Task<ClusterEngines> CreateAsync()
    {
        var engines = new ClusterEngines(Servers.Kafka, Servers.Postgres, Servers.S3);
        await engines.RunAsync($"CREATE DATABASE {engines._postgres.Database}");
        return engines;
    }

    public async ValueTask DisposeAsync() => await RunAsync($"DROP DATABASE {_postgres.Database} WITH (FORCE)");

    /// <summary>PostgreSQL's process.</summary>
    public async Task<ServerProcess> PostgresProcessAsync() => ServerProcess.Postgres((string)(await RunAsync("SHOW data_directory"))!);

    /// <summary>Runs a statement on the database of this test.</summary>
    public Task<object?> TamperAsync(string sql) => RunAsync(_postgres.ConnectionString, sql);

    private Task<object?> RunAsync(string sql) => RunAsync(_server.ConnectionString, sql);

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
