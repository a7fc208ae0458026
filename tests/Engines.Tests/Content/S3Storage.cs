using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Kilo.Engines.Cluster.S3;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Tests.Content;

/// <summary>A prefix of its own in a bucket of the S3 server that the environment names.</summary>
public sealed class S3Storage : ObjectStorage
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

    public override int Largest => 8 * 1024 * 1024;

    public override string Server => new Uri(_address).Authority;

    public override ServiceProvider OpenProcess(string? server = null) => OpenProcess(server is null ? _address : "http://" + server, "kilo-secret");

    /// <summary>Another process, with those keys.</summary>
    public ServiceProvider OpenProcess(string address, string secret)
    {
        var process = new ServiceCollection()
            .AddSingleton(_time)
            .AddS3Content($"Endpoint={address};Bucket={Bucket};AccessKey=kilo;SecretKey={secret};Region=us-east-1;PathStyle=true;Prefix={Prefix}")
            .BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process;
    }

    public override async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        ListObjectsV2Response? page = null;
        try
        {
            do
            {
                page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = Prefix, ContinuationToken = page?.NextContinuationToken });
                keys.AddRange((page.S3Objects ?? []).Select(o => o.Key[Prefix.Length..]));
            }
            while (page.IsTruncated == true);
        }
        catch (NoSuchBucketException)
        {
            // Nobody got as far as making it.
        }
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
