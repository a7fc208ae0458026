using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>
/// This process as a member of a group that shares partitions. It only wants to know which ones it holds: it fetches nothing and commits nothing.
/// A partition's work runs as long as it is held, and has ended before others get it, unless it takes too long.
/// </summary>
internal sealed class KafkaGroup
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private sealed record Share(Func<int, CancellationToken, Task> Work);

    private sealed record Held(CancellationTokenSource Stop, Task Work);

    private readonly string _name;
    private readonly ILogger _logger;
    private readonly IConsumer<string, byte[]> _consumer;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Share> _shares = [];
    private readonly Dictionary<TopicPartition, Held> _held = [];
    private readonly List<TopicPartition> _unpaused = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private bool _sharesChanged;
    private string _said = "";
    private volatile bool _abandoned;
    private volatile bool _isMember;

    public KafkaGroup(string name, KafkaSettings settings, KafkaClients clients, ILogger logger)
    {
        (_name, _logger) = (name, logger);
        _consumer = clients.Consumer(settings.Member(name), builder => builder
            .SetPartitionsAssignedHandler((_, partitions) => Take(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => GiveUp(partitions))
            .SetPartitionsLostHandler((_, partitions) => GiveUp(partitions)));
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka group {name}" };
        _thread.Start();
    }

    /// <summary>True when the group has told this member its share of what it shares now, even if that is nothing.</summary>
    public bool IsMember => _isMember;

    /// <summary>Adds a topic. The work of each partition that is held here runs until it is given up.</summary>
    /// <returns>False when the group has ended meanwhile: then another one is needed.</returns>
    public bool TryAdd(string topic, Func<int, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (_ended.Task.IsCompleted || (_sharesChanged && _shares.Count == 0))
            {
                return false;
            }
            if (!_shares.TryAdd(topic, new Share(work)))
            {
                throw new InvalidOperationException($"{topic} is shared through {_name} here already.");
            }
            _isMember = false;
            return _sharesChanged = true;
        }
    }

    /// <summary>Gives the topic's partitions up, and returns when their work has ended. With its last topic the member leaves, so that others take over at once.</summary>
    public async Task RemoveAsync(string topic)
    {
        Task[] work;
        lock (_lock)
        {
            _shares.Remove(topic);
            _sharesChanged = true;
            var held = _held.Where(h => h.Key.Topic == topic).Select(h => h.Value).ToList();
            held.ForEach(h => h.Stop.Cancel());
            work = [.. held.Select(h => h.Work), .. _shares.Count == 0 ? [_ended.Task] : Array.Empty<Task>()];
        }
        await Task.WhenAll(work).WaitAsync(LongestEnd).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends without saying goodbye, as a process that is killed does: the others find out by themselves.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_abandoned)
        {
            string[]? topics = null;
            lock (_lock)
            {
                if (_sharesChanged)
                {
                    _sharesChanged = false;
                    topics = [.. _shares.Keys];
                }
            }
            try
            {
                if (topics is [])
                {
                    // Gives up what is held, and leaves.
                    _consumer.Close();
                    break;
                }
                if (topics is not null)
                {
                    _consumer.Subscribe(topics);
                }
                _consumer.Consume(LongestPoll);
            }
            catch (KafkaException e)
            {
                _logger.LogDebug("{Group} on Kafka: {Reason}", _name, e.Error.Reason);
            }
            catch (Exception e)
            {
                _logger.LogWarning(e, "Sharing partitions through {Group} failed and goes on.", _name);
            }
            if (_unpaused.Count > 0)
            {
                Pause();
            }
        }
        GiveUp([.. _held.Keys]);
        _consumer.Dispose();
        _ended.TrySetResult();
    }

    // On the polling thread, as are all that follow.
    private IEnumerable<TopicPartitionOffset> Take(List<TopicPartition> partitions)
    {
        lock (_lock)
        {
            foreach (var partition in partitions)
            {
                if (_shares.TryGetValue(partition.Topic, out var share) && !_held.ContainsKey(partition))
                {
                    var stop = new CancellationTokenSource();
                    _held.Add(partition, new(stop, Task.Run(() => share.Work(partition.Partition, stop.Token))));
                }
            }
        }
        _isMember = true;
        _unpaused.AddRange(partitions);
        Say();
        return partitions.Select(p => new TopicPartitionOffset(p, Offset.End));
    }

    private void GiveUp(IEnumerable<TopicPartitionOffset> partitions) => GiveUp([.. partitions.Select(p => p.TopicPartition)]);

    private void GiveUp(IReadOnlyList<TopicPartition> partitions)
    {
        var leaving = new List<Held>();
        lock (_lock)
        {
            foreach (var partition in partitions)
            {
                if (_held.Remove(partition, out var held))
                {
                    leaving.Add(held);
                }
                _unpaused.Remove(partition);
            }
        }
        leaving.ForEach(h => h.Stop.Cancel());
        // Bounded: one that does not end is made harmless by the stamps of the rows that it writes.
        if (leaving.Count > 0 && !Task.WhenAll(leaving.Select(h => h.Work)).ContinueWith(_ => { }, TaskScheduler.Default).Wait(LongestEnd))
        {
            _logger.LogWarning("Work on partitions of {Group} has not ended in {Longest} and is left behind.", _name, LongestEnd);
        }
        Say();
    }

    // The driver only lets what is assigned be paused, and that is after it was told to us.
    private void Pause()
    {
        try
        {
            _consumer.Pause(_unpaused);
            _unpaused.Clear();
        }
        catch (KafkaException e)
        {
            _logger.LogDebug("{Group} on Kafka: {Reason}", _name, e.Error.Reason);
        }
    }

    private void Say()
    {
        string held;
        lock (_lock)
        {
            held = _held.Count == 0 ? "nothing" : string.Join(", ", _held.Keys.GroupBy(p => p.Topic, p => p.Partition.Value).Select(t => $"{t.Key}/{string.Join('+', t.Order())}"));
        }
        if (held != _said)
        {
            _logger.LogInformation("{Group} holds {Partitions} here now.", _name, _said = held);
        }
    }
}
