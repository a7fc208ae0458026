using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Kilo.BuildingBlocks.Events;
using Kilo.Engines.Cluster.Kafka;
using Npgsql;

namespace Kilo.Testing;

/// <summary>
/// What one installation has on servers that run already: topics under a prefix, a database and a bucket, or a keyspace, of its own. They go when it is
/// disposed of. Skips the test where one of the servers is missing.
/// </summary>
public sealed class ClusterEngines : IAsyncDisposable
{
    // As many as the log in memory has.
    private const int MostPartitions = 4;

    private readonly string _name = $"test-{Guid.NewGuid():N}"[..13];
    private readonly NpgsqlConnectionStringBuilder? _postgres;

    private ClusterEngines(NpgsqlConnectionStringBuilder? postgres)
    {
        if (postgres is not null)
        {
            _postgres = new(postgres.ConnectionString) { Database = Rows };
            S3 = Servers.S3;
        }
    }

    /// <summary>Where Kafka is reached, <c>host:port</c>; a test puts something in between.</summary>
    public string Kafka { get; set; } = Servers.Kafka;

    /// <summary>Where S3 is reached, <c>http://host:port</c>; a test puts something in between. Null: contents are in Cassandra.</summary>
    public string? S3 { get; set; }

    /// <summary>Where PostgreSQL is reached; a test puts something in between.</summary>
    public (string Host, int Port) PostgresAddress
    {
        get => (_postgres!.Host!, _postgres.Port);
        set => (_postgres!.Host, _postgres.Port) = (value.Host, value.Port);
    }

    /// <summary>What a process needs in its environment.</summary>
    public Dictionary<string, string?> Environment
    {
        get
        {
            var environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Kafka"] = Kafka,
                ["Kilo__Kafka__TopicPrefix"] = _name + ".",
            };
            if (_postgres is not null)
            {
                environment["ConnectionStrings__Postgres"] = _postgres.ConnectionString;
                environment["Kilo__Views"] = "postgres";
                environment["ConnectionStrings__S3"] = $"Endpoint={S3};Bucket={_name};AccessKey=kilo;SecretKey=kilo-secret;Region=us-east-1;PathStyle=true";
            }
#if FULL_FEED
            else
            {
                environment["ConnectionStrings__Cassandra"] = $"{TestKeyspaces.Server};Default Keyspace={Rows}";
                // Sessions have names that nobody guesses: they may lie beside those of others.
                environment["ConnectionStrings__Redis"] = Servers.Redis;
            }
#endif
            return environment;
        }
    }

    // The database's or the keyspace's name.
    private string Rows => "kilo_" + _name.Replace('-', '_');

    /// <summary>Kafka, PostgreSQL and S3, with nothing in them.</summary>
    public static async Task<ClusterEngines> CreateAsync()
    {
        var engines = new ClusterEngines(new(Servers.Postgres));
        await RunAsync(Servers.Postgres, $"CREATE DATABASE {engines.Rows}");
        return engines;
    }

#if FULL_FEED
    /// <summary>Kafka, Cassandra and Redis. Kilo itself makes the keyspace.</summary>
    public static ClusterEngines CreateOverCassandra()
    {
        _ = (Servers.Cassandra, Servers.Redis);
        return new(postgres: null);
    }
#endif

    /// <summary>Makes topics before Kilo does, with few partitions: each costs who folds it, and most tests have a few events.</summary>
    public async Task MakeTopicsAsync(IEnumerable<Topic> topics)
    {
        KafkaLibrary.Find();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers.Kafka }).Build();
        await admin.CreateTopicsAsync(topics.Append(KafkaEventLog.Beginning).Select(t => new TopicSpecification
        {
            Name = $"{_name}.{t.Name}",
            NumPartitions = Math.Min(t.Partitions, MostPartitions),
            ReplicationFactor = -1,
        }));
    }

    /// <summary>PostgreSQL's process.</summary>
    public static async Task<ServerProcess> PostgresProcessAsync() => ServerProcess.Postgres((string)(await RunAsync(Servers.Postgres, "SHOW data_directory"))!);

    /// <summary>Runs a statement on PostgreSQL's database.</summary>
    public Task<object?> TamperAsync(string sql) => RunAsync(_postgres!.ConnectionString, sql);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Task.WhenAll(RemoveRowsAsync(), RemoveTopicsAsync(), S3 is null ? Task.CompletedTask : RemoveBucketAsync());

    private Task RemoveRowsAsync() =>
#if FULL_FEED
        _postgres is null ? TestKeyspaces.DropAsync(Rows) :
#endif
        RunAsync(Servers.Postgres, $"DROP DATABASE {Rows} WITH (FORCE)");

    private static async Task<object?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task RemoveTopicsAsync()
    {
        KafkaLibrary.Find();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers.Kafka }).Build();
        var topics = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic).Where(t => t.StartsWith(_name, StringComparison.Ordinal)).ToList();
        if (topics.Count > 0)
        {
            await admin.DeleteTopicsAsync(topics);
        }
    }

    private async Task RemoveBucketAsync()
    {
        using var s3 = new AmazonS3Client(new BasicAWSCredentials("kilo", "kilo-secret"), new AmazonS3Config
        {
            ServiceURL = Servers.S3,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
        });
        try
        {
            foreach (var upload in (await s3.ListMultipartUploadsAsync(_name)).MultipartUploads ?? [])
            {
                await s3.AbortMultipartUploadAsync(_name, upload.Key, upload.UploadId);
            }
            while (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _name }) is { S3Objects: { Count: > 0 } objects })
            {
                await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = _name, Objects = [.. objects.Select(o => new KeyVersion { Key = o.Key })] });
            }
            await s3.DeleteBucketAsync(_name);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchBucket")
        {
            // Nobody started over it.
        }
    }
}
