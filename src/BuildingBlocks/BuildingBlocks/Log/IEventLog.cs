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
    string Epoch { get; }

    /// <summary>How many partitions this engine gave the topic, at least 1.</summary>
    int Partitions(Topic topic);

    /// <summary>Appends one event and returns where it stands. On return it survives a crash of the process and of the machine.</summary>
    /// <exception cref="LogUnavailableException">Nothing could be appended in time. The event may or may not be on the log.</exception>
    Task<LogPosition> AppendAsync(Topic topic, EventEnvelope envelope, CancellationToken cancel);

    /// <summary>Up to <paramref name="max"/> events from <paramref name="from"/> on, in order; empty at the end.</summary>
    ValueTask<IReadOnlyList<LogEntry>> ReadAsync(Topic topic, int partition, long from, int max, CancellationToken cancel);

    /// <summary>The offset that the next event of the partition will get, or a bound above it.</summary>
    ValueTask<long> EndAsync(Topic topic, int partition, CancellationToken cancel);

    /// <summary>Returns when an event at <paramref name="from"/> or later can be read, whichever process appended it.</summary>
    Task WaitAsync(Topic topic, int partition, long from, CancellationToken cancel);
}

/// <summary>The log cannot be written now. Callers answer 503; nothing was acknowledged.</summary>
public sealed class LogUnavailableException(string message, Exception inner) : Exception(message, inner);
