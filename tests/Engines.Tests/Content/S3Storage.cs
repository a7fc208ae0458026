using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.S3;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kilo.Engines.Tests.Content;

/// <summary>A prefix of its own in a bucket of the S3 server that the environment names.</summary>
public sealed class S3Storage : Storage<IContentStore>
{
    private const string Bucket = "kilo-tests";

    private readonly string _root = $"{Guid.NewGuid():N}";
    private readonly TimeProvider _time;
    private readonly string _address;
    private readonly AmazonS3Client _client;
    private readonly List<ServiceProvider> _processes = [];
    private int _crashes;

    private S3Storage(TimeProvider time)
    {
        (_time, _address) = (time, Servers.S3);
        _client = new AmazonS3Client(new BasicAWSCredentials("kilo", "kilo-secret"), new AmazonS3Config
        {
            ServiceURL = _address,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <summary>With that clock; skips without a server.</summary>
    public static S3Storage With(TimeProvider time) => new(time);

    public override bool SurvivesReopening => true;

    public override IReadOnlyList<string> LeftOvers => Task.Run(async () =>
    {
        var keys = await KeysAsync();
        var shaded = keys.Where(k => k.StartsWith("content/", StringComparison.Ordinal)).GroupBy(k => k.Split('.')[0]).SelectMany(g => g.Skip(1));
        return shaded.Concat(keys.Where(k => k.StartsWith("blobs/", StringComparison.Ordinal))).ToList();
    }).GetAwaiter().GetResult();

    public override IContentStore Open() => OpenProcess().GetRequiredService<IContentStore>();

    /// <summary>Another process, that reaches the server by the given address.</summary>
    public ServiceProvider OpenProcess(string? address = null, string secret = "kilo-secret")
    {
        var process = new ServiceCollection()
            .AddSingleton(_time)
            .AddS3Content($"Endpoint={address ?? _address};Bucket={Bucket};AccessKey=kilo;SecretKey={secret};Region=us-east-1;PathStyle=true;Prefix={Prefix}")
            .BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process;
    }

    /// <summary>What it waits for, asked the way the host does.</summary>
    public static async Task<Func<string?>> ReadinessOf(ServiceProvider process)
    {
        foreach (var work in process.GetServices<IHostedService>())
        {
            await work.StartAsync(default);
        }
        var check = process.GetRequiredService<IReadinessCheck>();
        return () => check.NotReadyBecause;
    }

    /// <summary>All keys, without the prefix.</summary>
    public async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        ListObjectsV2Response? page = null;
        do
        {
            page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = Prefix, ContinuationToken = page?.NextContinuationToken });
            keys.AddRange((page.S3Objects ?? []).Select(o => o.Key[Prefix.Length..]));
        }
        while (page.IsTruncated == true);
        return keys;
    }

    // What kill -9 leaves is what the bucket holds: a copy of it, which those who live on as if nothing had happened cannot reach.
    public override void Crash() => Task.Run(async () =>
    {
        var (keys, from) = (await KeysAsync(), Prefix);
        _crashes++;
        foreach (var key in keys)
        {
            await _client.CopyObjectAsync(new CopyObjectRequest { SourceBucket = Bucket, SourceKey = from + key, DestinationBucket = Bucket, DestinationKey = Prefix + key });
        }
    }).GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        for (; _crashes >= 0; _crashes--)
        {
            await Parallel.ForEachAsync(await KeysAsync(), async (key, cancel) => await _client.DeleteObjectAsync(Bucket, Prefix + key, cancel));
        }
        _client.Dispose();
    }

    private string Prefix => $"{_root}-{_crashes}/";
}
