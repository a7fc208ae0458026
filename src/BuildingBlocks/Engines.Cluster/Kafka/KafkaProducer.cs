using Confluent.Kafka;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>A producer that has met a topic before it writes there: so the first event waits no longer than any other.</summary>
internal sealed class KafkaProducer(IProducer<string, byte[]> client) : IDisposable
{
    private readonly Dictionary<string, Task> _met = [];
    private bool _isDisposed;

    /// <summary>Returns when the topics are known, or when the producer has to find out by itself.</summary>
    public Task MeetAsync(IReadOnlyCollection<string> topics)
    {
        lock (_met)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, nameof(KafkaEventLog));
            if (topics.Where(t => !_met.ContainsKey(t)).ToArray() is { Length: > 0 } unknown)
            {
                // On a thread of its own: the driver blocks it.
                var meeting = Task.Factory.StartNew(
                    () => KafkaClients.Meet(client.Handle, unknown), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                foreach (var topic in unknown)
                {
                    _met.Add(topic, meeting);
                }
            }
            return Task.WhenAll(topics.Select(t => _met[t]));
        }
    }

    /// <exception cref="KafkaException">The event is not known to be on the log.</exception>
    public async Task<DeliveryResult<string, byte[]>> ProduceAsync(string topic, Message<string, byte[]> message, CancellationToken cancel)
    {
        await MeetAsync([topic]);
        return await client.ProduceAsync(topic, message, cancel);
    }

    /// <summary>Returns when nothing is on its way any more, or when the time is up.</summary>
    public void Flush(TimeSpan longest) => client.Flush(longest);

    public void Dispose()
    {
        lock (_met)
        {
            _isDisposed = true;
        }
        Task.WaitAll(_met.Values);
        client.Dispose();
    }
}
