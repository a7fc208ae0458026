using System.Collections.Concurrent;
using Confluent.Kafka;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>
/// Asks the brokers where partitions end. Whoever asks while an answer is under way shares the next one, so a call sees everything that was
/// acknowledged before it, and many calls cost one request. It has a connection of its own: behind a fetch that waits for events an answer would wait too.
/// </summary>
internal sealed class KafkaEnds : IDisposable
{
    // What the brokers take for "the end" where they would otherwise find the first event of that time.
    private static readonly Timestamp Latest = new(-1, TimestampType.CreateTime);
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private sealed record Question(TopicPartition Partition, TaskCompletionSource<long> Answer);

    private readonly BlockingCollection<Question> _questions = [];
    private readonly KafkaClients _clients;
    private readonly IConsumer<string, byte[]> _consumer;
    private readonly KafkaSettings _settings;
    private readonly Thread _thread;

    public KafkaEnds(KafkaSettings settings, KafkaClients clients)
    {
        (_settings, _clients, _consumer) = (settings, clients, clients.Consumer(settings.Reader()));
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka ends" };
        _thread.Start();
    }

    /// <summary>For questions of other kinds over the same connection.</summary>
    public Handle Handle => _consumer.Handle;

    /// <exception cref="LogUnavailableException">The brokers do not say in time.</exception>
    public async Task<long> EndAsync(TopicPartition partition, CancellationToken cancel)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bounded.CancelAfter(_settings.Timeout);
        KafkaException? failure = null;
        try
        {
            while (true)
            {
                var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                _questions.Add(new(partition, answer), bounded.Token);
                try
                {
                    return await answer.Task.WaitAsync(bounded.Token);
                }
                catch (KafkaException e)
                {
                    // A partition that just moves to another broker has an answer a moment later.
                    failure = e;
                    await Task.Delay(RetryAfter, bounded.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LogUnavailableException($"Kafka at {_settings.Servers} does not say where {partition.Topic}/{partition.Partition.Value} ends.", failure);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(KafkaEventLog));
        }
    }

    private void Run()
    {
        foreach (var first in _questions.GetConsumingEnumerable())
        {
            var questions = new List<Question> { first };
            while (_questions.TryTake(out var next))
            {
                questions.Add(next);
            }
            try
            {
                Answer(questions, _consumer.OffsetsForTimes(questions.Select(q => q.Partition).Distinct().Select(p => new TopicPartitionTimestamp(p, Latest)), Ask)
                    .Select(r => new TopicPartitionOffsetError(r, new Error(ErrorCode.NoError))));
                _clients.Answered();
            }
            catch (TopicPartitionOffsetException e)
            {
                Answer(questions, e.Results);
            }
            catch (Exception e)
            {
                var failure = e as KafkaException ?? new KafkaException(ErrorCode.Local_Fail, e);
                questions.ForEach(q => q.Answer.TrySetException(failure));
            }
        }
    }

    private static void Answer(List<Question> questions, IEnumerable<TopicPartitionOffsetError> results)
    {
        var ends = results.ToDictionary(r => r.TopicPartition);
        foreach (var (partition, answer) in questions)
        {
            if (ends.TryGetValue(partition, out var end) && !end.Error.IsError && end.Offset >= 0)
            {
                answer.TrySetResult(end.Offset);
            }
            else
            {
                answer.TrySetException(new KafkaException(end?.Error is { IsError: true } error ? error : new Error(ErrorCode.Local_UnknownPartition)));
            }
        }
    }

    public void Dispose()
    {
        _questions.CompleteAdding();
        _thread.Join();
        _consumer.Dispose();
        _questions.Dispose();
    }
}
