using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>Finds topics, and creates those that are missing. It goes on trying until each is there.</summary>
internal sealed class KafkaTopics(Func<IAdminClient> connect, KafkaSettings settings, ILogger logger) : IDisposable
{
    private const string KeptForEver = "-1";
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private sealed class Opening(Topic topic)
    {
        public Topic Topic => topic;
        public TaskCompletionSource<int> Partitions { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly ConcurrentDictionary<string, Opening> _topics = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private bool _looking;
    private Exception? _failure;

    /// <summary>What the topic is called on the brokers.</summary>
    public string NameOf(Topic topic) => settings.Prefix + topic.Name;

    /// <summary>The topic's number of partitions, once it is there.</summary>
    /// <exception cref="LogUnavailableException">It is not yet; from now on it is looked for.</exception>
    public int Partitions(Topic topic) => Open(topic) is { IsCompletedSuccessfully: true } there ? there.Result : throw Unavailable(topic);

    /// <summary>As <see cref="Partitions"/>, but waits for a while.</summary>
    /// <exception cref="LogUnavailableException">It is not there in time.</exception>
    public async ValueTask<int> PartitionsAsync(Topic topic, CancellationToken cancel)
    {
        var opened = Open(topic);
        try
        {
            return opened.IsCompletedSuccessfully ? opened.Result : await opened.WaitAsync(settings.Timeout, cancel);
        }
        catch (TimeoutException)
        {
            throw Unavailable(topic);
        }
    }

    /// <summary>The topic's number of partitions, as soon as it is there.</summary>
    public Task<int> Open(Topic topic)
    {
        if (_topics.TryGetValue(topic.Name, out var known))
        {
            return known.Partitions.Task;
        }
        var opening = _topics.GetOrAdd(topic.Name, _ => new Opening(topic));
        lock (_lock)
        {
            if (!_looking)
            {
                _looking = true;
                _ = Task.Run(LookAsync);
            }
        }
        return opening.Partitions.Task;
    }

    private LogUnavailableException Unavailable(Topic topic) => new($"{topic.Name} is not to be had from Kafka at {settings.Servers} yet.", _failure);

    private async Task LookAsync()
    {
        var stop = _stop.Token;
        while (true)
        {
            var pause = AskAgain;
            try
            {
                await LookOnceAsync();
                _failure = null;
            }
            catch (Exception e)
            {
                if (_failure is null)
                {
                    logger.LogWarning("The topics cannot be prepared on Kafka at {Servers} now: {Reason} It is tried again until they are.", settings.Servers, e.Message);
                }
                (_failure, pause) = (e, RetryAfter);
            }
            lock (_lock)
            {
                if (stop.IsCancellationRequested || Missing().Count == 0)
                {
                    _looking = false;
                    break;
                }
            }
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (stop.IsCancellationRequested)
        {
            Missing().ForEach(t => t.Partitions.TrySetException(new ObjectDisposedException(nameof(KafkaEventLog))));
        }
    }

    private List<Opening> Missing() => [.. _topics.Values.Where(t => !t.Partitions.Task.IsCompleted)];

    private async Task LookOnceAsync()
    {
        using var admin = connect();
        // All of them: asking for one by its name could create it, with the brokers' defaults.
        // It blocks its thread, and while a process starts, there are few.
        var metadata = await Task.Factory.StartNew(() => admin.GetMetadata(Ask), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var there = metadata.Topics.ToDictionary(t => t.Topic);
        var create = new List<TopicSpecification>();
        foreach (var missing in Missing())
        {
            if (!there.TryGetValue(NameOf(missing.Topic), out var topic))
            {
                create.Add(Specification(missing.Topic));
            }
            else if (topic.Error.Code == ErrorCode.NoError && topic.Partitions.Count > 0 && topic.Partitions.All(p => p.Leader >= 0))
            {
                if (topic.Partitions.Count > missing.Topic.Partitions)
                {
                    logger.LogError("The topic {Topic} on Kafka at {Servers} has {Partitions} partitions, and its events need an order of at most {Most}.",
                        topic.Topic, settings.Servers, topic.Partitions.Count, missing.Topic.Partitions);
                }
                await WarnAsync(admin, missing.Topic);
                missing.Partitions.TrySetResult(topic.Partitions.Count);
            }
        }
        if (create.Count == 0)
        {
            return;
        }
        try
        {
            await admin.CreateTopicsAsync(create, new CreateTopicsOptions { RequestTimeout = settings.Timeout, OperationTimeout = settings.Timeout });
        }
        catch (CreateTopicsException e) when (e.Results.All(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another process was faster.
        }
        catch (CreateTopicsException e)
        {
            throw new KafkaException(e.Results.First(r => r.Error.Code is not (ErrorCode.NoError or ErrorCode.TopicAlreadyExists)).Error);
        }
    }

    private TopicSpecification Specification(Topic topic)
    {
        var configuration = new Dictionary<string, string>
        {
            ["retention.ms"] = KeptForEver,
            ["retention.bytes"] = KeptForEver,
            ["cleanup.policy"] = topic.Compacted ? "compact" : "delete",
        };
        if (settings.Replication >= 3)
        {
            configuration["min.insync.replicas"] = "2";
        }
        return new TopicSpecification { Name = NameOf(topic), NumPartitions = topic.Partitions, ReplicationFactor = settings.Replication ?? -1, Configs = configuration };
    }

    // A topic that somebody else created may forget. Whether that is meant, the operator must say.
    private async Task WarnAsync(IAdminClient admin, Topic topic)
    {
        try
        {
            var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = NameOf(topic) }], new DescribeConfigsOptions { RequestTimeout = Ask });
            var entries = described[0].Entries;
            var policy = entries["cleanup.policy"].Value;
            if (policy.Contains("compact", StringComparison.Ordinal) && !topic.Compacted
                || policy.Contains("delete", StringComparison.Ordinal) && (Limited("retention.ms") || Limited("retention.bytes")))
            {
                logger.LogError(
                    "The topic {Topic} on Kafka at {Servers} forgets events: cleanup.policy={Policy}, retention.ms={Milliseconds}, retention.bytes={Bytes}. The log is the only truth: set both limits to -1{Compaction}.",
                    NameOf(topic), settings.Servers, policy, entries["retention.ms"].Value, entries["retention.bytes"].Value, topic.Compacted ? "" : ", and the policy to delete");
            }

            bool Limited(string limit) => long.Parse(entries[limit].Value, CultureInfo.InvariantCulture) >= 0;
        }
        catch (Exception e) when (e is KafkaException or KeyNotFoundException or FormatException)
        {
            logger.LogDebug(e, "How long {Topic} keeps events is not known.", NameOf(topic));
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
