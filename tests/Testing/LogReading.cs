using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;

namespace Kilo.Testing;

/// <summary>Reading a log as a test wants it.</summary>
public static class LogReading
{
    /// <summary>Every event of a partition. One read alone may give fewer.</summary>
    public static async Task<List<LogEntry>> ReadAllAsync(this IEventLog log, Topic topic, int partition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var all = new List<LogEntry>();
        while (await log.ReadAsync(topic, partition, all.Count == 0 ? 0 : all[^1].Position.Offset + 1, 1000, cancel) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }
        return all;
    }
}
