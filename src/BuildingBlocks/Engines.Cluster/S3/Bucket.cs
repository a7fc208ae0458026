using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Kilo.BuildingBlocks.Content;
using Kilo.Engines.Cluster.Objects;

namespace Kilo.Engines.Cluster.S3;

/// <summary>
/// The bucket, which is opened by the first call that gets through. Only what every S3 can do is used: put (also only when absent), get, list in order, delete.
/// </summary>
internal sealed class Bucket : IObjects, IDisposable
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PieceLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);

    // A body that takes longer than a call is one of many bytes.
    private const int SmallBody = 256 * 1024;
    private const int DeletionsAtOnce = 8;
    private const int MostConflicts = 20;

    private readonly S3Address _address;
    private readonly AmazonS3Client _client;
    private readonly SemaphoreSlim _opening = new(1);
    private volatile bool _isOpen;

    public Bucket(S3Address address)
    {
        _address = address;
        var config = new AmazonS3Config
        {
            ForcePathStyle = address.PathStyle,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 2,
            BufferSize = 128 * 1024,
            // The signature covers a SHA-256 of each body, which every server checks; trailing checksums are what many do not know.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (address.Endpoint is not null)
        {
            (config.ServiceURL, config.AuthenticationRegion) = (address.Endpoint, address.Region);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(address.Region);
        }
        _client = address is { AccessKey: { } key, SecretKey: { } secret } ? new AmazonS3Client(new BasicAWSCredentials(key, secret), config) : new AmazonS3Client(config);
    }

    /// <inheritdoc />
    public PieceLimits Limits { get; } = new(8 * 1024 * 1024, Travelling: 2);

    /// <summary>For people; without secrets.</summary>
    public string Where => _address.ToString();

    /// <summary>Returns when the bucket can be used. Makes it when there is none.</summary>
    /// <exception cref="ContentUnavailableException">It cannot be used yet; the message says why.</exception>
    public Task OpenAsync(CancellationToken cancel) => CallAsync(CallLimit, _ => Task.FromResult(true), cancel);

    /// <inheritdoc />
    public Task<bool> PutAsync(string key, ArraySegment<byte> body, bool onlyNew, CancellationToken cancel) => CallAsync(body.Count > SmallBody ? PieceLimit : CallLimit, async limited =>
    {
        for (var attempt = 1; ; attempt++)
        {
            using var stream = new MemoryStream(body.Array!, body.Offset, body.Count, writable: false);
            try
            {
                await _client.PutObjectAsync(new PutObjectRequest
                {
                    BucketName = _address.Bucket,
                    Key = _address.Prefix + key,
                    InputStream = stream,
                    AutoCloseStream = false,
                    UseChunkEncoding = false,
                    ContentType = "application/octet-stream",
                    IfNoneMatch = onlyNew ? "*" : null,
                }, limited);
                return true;
            }
            catch (AmazonServiceException e) when (onlyNew && e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.Conflict && attempt < MostConflicts)
            {
                // Somebody puts the same at this moment; or, where keys are paths, clears the folder away that it is to lie in.
                await Task.Delay(ConflictPause, limited);
            }
        }
    }, cancel);

    /// <inheritdoc />
    public Task<byte[]?> GetAsync(string key, CancellationToken cancel) => CallAsync(CallLimit, async limited =>
    {
        using var response = await GetAsync(key, null, limited);
        if (response is null)
        {
            return null;
        }
        using var bytes = new MemoryStream();
        await response.ResponseStream.CopyToAsync(bytes, limited);
        return bytes.ToArray();
    }, cancel);

    /// <inheritdoc />
    public Task<Stream?> ReadAsync(string key, long from, long count, CancellationToken cancel) =>
        CallAsync(CallLimit, async limited => (await GetAsync(key, new ByteRange(from, from + count - 1), limited))?.ResponseStream, cancel);

    private async Task<GetObjectResponse?> GetAsync(string key, ByteRange? range, CancellationToken cancel)
    {
        try
        {
            return await _client.GetObjectAsync(new GetObjectRequest { BucketName = _address.Bucket, Key = _address.Prefix + key, ByteRange = range }, cancel);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != NoSuchBucket)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task<List<ListedObject>> FirstAsync(string prefix, int count, CancellationToken cancel) => CallAsync(CallLimit, async limited =>
        Listed(await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _address.Bucket, Prefix = _address.Prefix + prefix, MaxKeys = count }, limited)), cancel);

    /// <inheritdoc />
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in PagesAsync(prefix, null, cancel))
        {
            foreach (var listed in Listed(page))
            {
                yield return listed;
            }
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<string> FoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var skipped = _address.Prefix.Length + prefix.Length;
        await foreach (var page in PagesAsync(prefix, "/", cancel))
        {
            foreach (var folder in page.CommonPrefixes ?? [])
            {
                yield return folder[skipped..^1];
            }
        }
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancel)
    {
        ListObjectsV2Response page;
        string? next = null;
        do
        {
            page = await CallAsync(CallLimit, limited => _client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = _address.Bucket, Prefix = _address.Prefix + prefix, Delimiter = delimiter, ContinuationToken = next }, limited), cancel);
            yield return page;
            next = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && next is not null);
    }

    private List<ListedObject> Listed(ListObjectsV2Response page) =>
        [.. (page.S3Objects ?? []).Select(o => new ListedObject(o.Key[_address.Prefix.Length..], o.Size ?? 0, new DateTimeOffset((o.LastModified ?? DateTime.UtcNow).ToUniversalTime())))];

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancel) => CallAsync(CallLimit, async limited =>
    {
        try
        {
            await _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _address.Bucket, Key = _address.Prefix + key }, limited);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != NoSuchBucket)
        {
            // Some servers say so when somebody else deletes it at this moment.
        }
        return true;
    }, cancel);

    /// <inheritdoc />
    // One by one: deleting many in one request is what servers differ in.
    public Task DeleteAllAsync(string prefix, CancellationToken cancel) => Parallel.ForEachAsync(
        ListAsync(prefix, cancel), new ParallelOptions { MaxDegreeOfParallelism = DeletionsAtOnce, CancellationToken = cancel }, async (listed, ended) => await DeleteAsync(listed.Key, ended));

    public void Dispose()
    {
        _client.Dispose();
        _opening.Dispose();
    }

    private const string NoSuchBucket = "NoSuchBucket";

    private async Task<TResult> CallAsync<TResult>(TimeSpan limit, Func<CancellationToken, Task<TResult>> call, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(limit);
        try
        {
            cancel.ThrowIfCancellationRequested();
            await EnsureOpenAsync(limited.Token);
            return await call(limited.Token);
        }
        catch (Exception e) when (IsFailure(e))
        {
            cancel.ThrowIfCancellationRequested();
            if (e is AmazonServiceException { ErrorCode: NoSuchBucket })
            {
                _isOpen = false;
            }
            throw new ContentUnavailableException($"S3 at {Where} {Reason(e)}.", e);
        }
    }

    private async ValueTask EnsureOpenAsync(CancellationToken cancel)
    {
        if (_isOpen)
        {
            return;
        }
        await _opening.WaitAsync(cancel);
        try
        {
            if (_isOpen)
            {
                return;
            }
            try
            {
                // Unlike a question for its head, a list that fails says why.
                await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _address.Bucket, Prefix = _address.Prefix, MaxKeys = 1 }, cancel);
            }
            catch (AmazonServiceException e) when (e.ErrorCode == NoSuchBucket)
            {
                await CreateAsync(cancel);
            }
            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task CreateAsync(CancellationToken cancel)
    {
        try
        {
            await _client.PutBucketAsync(new PutBucketRequest { BucketName = _address.Bucket }, cancel);
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "BucketAlreadyOwnedByYou")
        {
            // Another process was faster.
        }
        catch (AmazonServiceException e)
        {
            throw new ContentUnavailableException($"S3 at {Where} has no such bucket, and creating it failed with {e.ErrorCode}. Create it, or permit it.", e);
        }
    }

    bool IObjects.IsFailure(Exception e) => IsFailure(e);

    private static bool IsFailure(Exception e) =>
        e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or TimeoutException or WebException;

    private static string Reason(Exception e) => e switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code, StatusCode: not 0 } => $"answered {code}",
        AmazonServiceException { StatusCode: not 0 and var status } => $"answered {(int)status}",
        AmazonClientException => "cannot be asked without credentials and a region",
        _ => "does not answer",
    };
}
