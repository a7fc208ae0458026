using System.Net.Sockets;
using Cassandra;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>
/// This process's connections to Cassandra. Nothing is opened before it is needed; what cannot be reached now is tried again by whoever needs it next,
/// and by those who ask whether it is ready. Once connected, the driver heals its connections by itself.
/// </summary>
internal sealed class CassandraServer(CassandraSettings settings) : IReadinessCheck, IDisposable
{
    private const int ConnectMilliseconds = 3_000;
    private const int AnswerMilliseconds = 3_000;

    // Where several nodes have a row, another one is asked when the first is slow.
    private const long AskAnotherAfterMilliseconds = 400;

    // Bounds a call with all its retries.
    private static readonly TimeSpan CallBound = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(20);

    // Who comes while nothing answers is refused at once for so long.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task<ISession>? _connecting;
    private long _failedAt;
    private bool _isDisposed;

    public CassandraSettings Settings => settings;

    /// <inheritdoc />
    public string? NotReadyBecause
    {
        get
        {
            var connecting = Connecting();
            return connecting.IsCompletedSuccessfully && connecting.Result.Cluster.AllHosts().Any(h => h.IsUp) ? null : $"Waiting for Cassandra at {settings.Where}.";
        }
    }

    /// <summary>True for what passes when the server is back, or when somebody has put it right.</summary>
    public static bool IsUnavailable(Exception e) => e is DriverException or TimeoutException or SocketException or IOException;

    /// <summary>The session.</summary>
    /// <exception cref="Exception">One that <see cref="IsUnavailable"/>.</exception>
    public Task<ISession> SessionAsync(CancellationToken cancel) => Connecting().WaitAsync(CallBound, cancel);

    /// <summary>Runs a statement.</summary>
    /// <exception cref="Exception">One that <see cref="IsUnavailable"/>.</exception>
    public async Task<RowSet> RunAsync(IStatement statement, CancellationToken cancel) =>
        await (await SessionAsync(cancel)).ExecuteAsync(statement).WaitAsync(CallBound, cancel);

    private Task<ISession> Connecting()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connecting is null || (_connecting.IsCompleted && !_connecting.IsCompletedSuccessfully && TimeProvider.System.GetElapsedTime(_failedAt) > Pause))
            {
                _connecting = Task.Run(ConnectAsync);
                // Nobody may be there to see it fail.
                _ = _connecting.ContinueWith(c => c.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
            return _connecting;
        }
    }

    private async Task<ISession> ConnectAsync()
    {
        // A cluster whose first attempt failed may refuse every further one: each attempt has its own.
        global::Cassandra.Cluster? cluster = null;
        try
        {
            cluster = settings.Builder()
                .WithQueryOptions(new QueryOptions().SetConsistencyLevel(ConsistencyLevel.LocalQuorum).SetSerialConsistencyLevel(ConsistencyLevel.LocalSerial).SetDefaultIdempotence(true))
                .WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis(ConnectMilliseconds).SetReadTimeoutMillis(AnswerMilliseconds).SetKeepAlive(true).SetTcpNoDelay(true))
                .WithReconnectionPolicy(new ExponentialReconnectionPolicy(250, 2_000))
                .WithSpeculativeExecutionPolicy(new ConstantSpeculativeExecutionPolicy(AskAnotherAfterMilliseconds, 1))
                .WithApplicationName("kilo")
                .Build();
            var session = await cluster.ConnectAsync().WaitAsync(ConnectBound);
            await CassandraSchema.SettledAsync(async () =>
            {
                await CassandraSchema.CreateAsync(session, settings);
                return true;
            }, CancellationToken.None);
            return session;
        }
        catch (Exception e)
        {
            cluster?.Dispose();
            lock (_lock)
            {
                _failedAt = TimeProvider.System.GetTimestamp();
            }
            // The driver has kinds of its own for "cannot start".
            throw IsUnavailable(e) ? e : new IOException($"Cassandra at {settings.Where} cannot be connected to.", e);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _connecting?.ContinueWith(c => c.Result.Cluster.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }
}
