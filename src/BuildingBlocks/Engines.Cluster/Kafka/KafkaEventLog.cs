using System.Text;
using Confluent.Kafka;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>
/// The log on Kafka. A topic is a topic, a key is a key; an appended event is on every replica in sync. It comes up before Kafka does, and goes on
/// trying. Offsets live with the views: Kafka's groups only say which process folds which partitions.
/// </summary>
internal sealed class KafkaEventLog : IEventLog, IReadinessCheck, IDisposable
{
    // Its first event names the log: whoever finds none appends one, and the order decides between several.
    internal static readonly Topic Beginning = new("kilo.log", "log", Partitions: 1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly KafkaSettings _settings;
    private readonly KafkaClients _clients;
    private readonly ILogger _logger;
    private readonly KafkaTopics _topics;
    private readonly KafkaEnds _ends;
    private readonly KafkaReader _reader;
    private readonly Task<string> _epoch;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KafkaGroup> _groups = [];
    private KafkaProducer _producer;
    private int _joining;

    public KafkaEventLog(KafkaSettings settings, IReadOnlyCollection<Topic> topics, ILogger logger)
    {
        (_settings, _logger, _clients) = (settings, logger, new KafkaClients(settings, logger));
        _producer = new(_clients.Producer());
        _ends = new KafkaEnds(settings, _clients);
        // One for each use: as long as there is one, a thread of the driver keeps a processor busy for it.
        _topics = new KafkaTopics(() => new DependentAdminClientBuilder(_ends.Handle).Build(), settings, logger);
        _reader = new KafkaReader(settings, _clients, _ends, Decode, logger);
        _ = MeetAsync([Beginning, .. topics]);
        _epoch = Task.Run(FindEpochAsync);
    }

    public string Epoch => _epoch.IsCompletedSuccessfully ? _epoch.Result : throw Waiting();

    public string? NotReadyBecause =>
        !_epoch.IsCompletedSuccessfully || Volatile.Read(ref _joining) > 0 ? $"Waiting for Kafka at {_settings.Servers}."
        : Groups().FirstOrDefault(g => !g.Group.IsMember) is { Name: { } group } ? $"Waiting for a share of the partitions of {group} on Kafka at {_settings.Servers}."
        : null;

    public int Partitions(Topic topic) => _topics.Partitions(topic);

    public async Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        await _topics.PartitionsAsync(topic, cancel);
        var epoch = await EpochAsync(cancel);
        var written = await ProduceAsync(topic, envelope, cancel);
        return new LogPosition(epoch, topic.Name, written.Partition, written.Offset);
    }

    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel)
    {
        await EpochAsync(cancel);
        return await _reader.ReadAsync(await PartitionAsync(topic, partition, cancel), from, max, cancel);
    }

    public async ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel) =>
        await _ends.EndAsync(await PartitionAsync(topic, partition, cancel), cancel);

    public async Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel)
    {
        await EpochAsync(cancel);
        await _reader.WaitAsync(await PartitionAsync(topic, partition, cancel), from, cancel);
    }

    public async Task ShareAsync(string group, Topic topic, Func<int, CancellationToken, Task> work, CancellationToken cancel)
    {
        var name = _topics.NameOf(topic);
        KafkaGroup member;
        Interlocked.Increment(ref _joining);
        try
        {
            await _topics.Open(topic).WaitAsync(cancel);
            member = Join(group, name, work);
        }
        finally
        {
            Interlocked.Decrement(ref _joining);
        }
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        finally
        {
            await member.RemoveAsync(name);
        }
    }

    private KafkaGroup Join(string group, string topic, Func<int, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (!_groups.TryGetValue(group, out var member) || !member.TryAdd(topic, work))
            {
                member = _groups[group] = new KafkaGroup(group, _settings, _clients, _logger);
                member.TryAdd(topic, work);
            }
            return member;
        }
    }

    private List<(string Name, KafkaGroup Group)> Groups()
    {
        lock (_lock)
        {
            return [.. _groups.Select(g => (g.Key, g.Value))];
        }
    }

    // Before anybody appends: so the first one does not wait for it.
    private async Task MeetAsync(IReadOnlyCollection<Topic> topics)
    {
        await Task.WhenAll(topics.Select(_topics.Open));
        await Volatile.Read(ref _producer).MeetAsync([.. topics.Select(_topics.NameOf)]);
    }

    private async ValueTask<TopicPartition> PartitionAsync(Topic topic, int partition, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, await _topics.PartitionsAsync(topic, cancel));
        return new TopicPartition(_topics.NameOf(topic), partition);
    }

    private async Task<DeliveryResult<string, byte[]>> ProduceAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel)
    {
        var producer = Volatile.Read(ref _producer);
        try
        {
            var written = await producer.ProduceAsync(_topics.NameOf(topic), KafkaEvents.Write(envelope), cancel);
            _reader.Appended(written.TopicPartition, written.Offset + 1);
            _clients.Answered();
            return written;
        }
        catch (KafkaException e)
        {
            if (e.Error.IsFatal)
            {
                Replace(producer);
            }
            throw new LogUnavailableException($"Kafka at {_settings.Servers} did not take an event for {topic.Name}: {e.Error.Reason}", e);
        }
    }

    // A producer that has lost track of what it has sent refuses everything from then on; another one starts anew.
    private void Replace(KafkaProducer failed)
    {
        lock (_lock)
        {
            if (_producer != failed || _stop.IsCancellationRequested)
            {
                return;
            }
            _logger.LogError("Kafka at {Servers} cannot go on with this producer; there is a new one.", _settings.Servers);
            Volatile.Write(ref _producer, new(_clients.Producer()));
        }
        _ = Task.Run(failed.Dispose);
    }

    private async ValueTask<string> EpochAsync(CancellationToken cancel)
    {
        try
        {
            return _epoch.IsCompletedSuccessfully ? _epoch.Result : await _epoch.WaitAsync(_settings.Timeout, cancel);
        }
        catch (TimeoutException)
        {
            throw Waiting();
        }
    }

    private LogUnavailableException Waiting() => new($"Kafka at {_settings.Servers} has not answered yet.");

    private async Task<string> FindEpochAsync()
    {
        var cancel = _stop.Token;
        await _topics.Open(Beginning).WaitAsync(cancel);
        var beginning = new TopicPartition(_topics.NameOf(Beginning), 0);
        while (true)
        {
            try
            {
                if (await _reader.ReadAsync(beginning, 0, 1, cancel) is [var first])
                {
                    return first.Event.Id.ToString("N")[..8];
                }
                await ProduceAsync(Beginning, new EventEnvelope(
                    Guid.NewGuid(), "log.log-begun.v1", "/kilo/log", "log", DateTimeOffset.UtcNow, Guid.Empty, null, Encoding.UTF8.GetBytes("{}")), cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                _logger.LogDebug(e, "Which log it is, Kafka at {Servers} does not say yet.", _settings.Servers);
                await Task.Delay(RetryAfter, cancel);
            }
        }
    }

    private LogEntry Decode(TopicPartition partition, ConsumeResult<string, byte[]> message, KafkaEvents events) => new(
        new LogPosition(_epoch.IsCompletedSuccessfully ? _epoch.Result : "", partition.Topic[_settings.Prefix.Length..], partition.Partition, message.Offset), events.Read(message));

    /// <summary>Finishes what is on its way. Groups that somebody still shares through are left without a goodbye.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }
            _stop.Cancel();
        }
        foreach (var (_, group) in Groups())
        {
            group.Abandon();
        }
        _producer.Flush(_settings.Timeout);
        _topics.Dispose();
        _reader.Dispose();
        _ends.Dispose();
        _producer.Dispose();
    }
}
