using Kilo.BuildingBlocks.Events;

namespace Kilo.BuildingBlocks.Log;

/// <summary>An event and where it stands.</summary>
public sealed record LogEntry(LogPosition Position, EventEnvelope Event);

/// <summary>
/// The only source of truth. Events of one key are ordered; an appended event is durable; everything is replayable from offset 0.
/// Offsets of a partition ascend from 0 and may have gaps.
/// </summary>
public interface IEventLog
{
    /// <summary>Changes when the log is another one (restored, recreated). A position of another epoch means nothing here.</summary>
    /// <exception cref="LogUnavailableException">It is not known yet: no server has answered since the process started.</exception>
    string Epoch { get; }

    /// <summary>How many partitions the topic has, at least 1. It stays the same as long as the process runs.</summary>
    /// <exception cref="LogUnavailableException">It is not known yet.</exception>
    int Partitions(Topic topic);

    /// <summary>Appends one event and returns where it stands. On return it survives a crash of the process and of the machine.</summary>
    /// <exception cref="LogUnavailableException">Nothing could be appended in time. The event may or may not be on the log.</exception>
    Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel);

    /// <summary>Up to <paramref name="max"/> events from <paramref name="from"/> on, in order; empty only at the end.</summary>
    /// <exception cref="LogUnavailableException">It cannot be read now.</exception>
    ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel);

    /// <summary>The offset that the next event of the partition will get, or a bound above it: above everything that was appended before the call.</summary>
    /// <exception cref="LogUnavailableException">It cannot be read now.</exception>
    ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel);

    /// <summary>Returns when an event at <paramref name="from"/> or later can be read, whichever process appended it.</summary>
    Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel);

    /// <summary>
    /// Shares a topic's partitions with the other processes that name the same group: runs the work of each partition that this process holds, for as long
    /// as it holds it. Then its token is cancelled, and others start when it has ended; the work of a process that died they take over within 15 s. For a
    /// moment two may hold the same partition, so the work must bear that. Ends, cancelled, when all work here has ended. An engine that
    /// is not made for several machines holds everything.
    /// </summary>
    /// <param name="group">Who shares.</param>
    /// <param name="topic">What is shared; once per group and process.</param>
    /// <param name="work">The work of one partition. It ends only when it is cancelled, and does not fail.</param>
    /// <param name="cancel">Gives everything up.</param>
    Task ShareAsync(string group, Topic topic, Func<int, CancellationToken, Task> work, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, Partitions(topic)).Select(partition => Task.Run(() => work(partition, cancel), cancel)));
}

/// <summary>The log cannot be written or read now. Callers answer 503; nothing was acknowledged.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
