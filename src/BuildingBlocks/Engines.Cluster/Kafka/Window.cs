using Kilo.BuildingBlocks.Log;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>
/// A stretch of one partition, held for those who read it there: every event from <see cref="From"/> up to <see cref="Next"/>. Bounded: when the
/// furthest reader does not keep up it is full, and nothing more is fetched. Guarded by the reader's lock.
/// </summary>
internal sealed class Window(long from)
{
    private const int MostAhead = 4_000;
    private const long MostBytesAhead = 4 << 20;
    private const int MostBehind = 500;
    private const long MostBytesBehind = 256 << 10;

    private readonly List<LogEntry> _entries = [];
    private TaskCompletionSource _changed = Fresh();
    private int _read;
    private long _bytesRead;
    private long _bytesAhead;

    /// <summary>The first offset that would be in it.</summary>
    public long From { get; private set; } = from;

    /// <summary>The first offset that is not in it yet.</summary>
    public long Next { get; private set; } = from;

    /// <summary>The end of the partition when something was last fetched.</summary>
    public long End { get; set; }

    /// <summary>How many wait here. Meanwhile it stays where it is.</summary>
    public int Users { get; set; }

    /// <summary>When it was last read from, in milliseconds since the machine started.</summary>
    public long LastUsed { get; set; } = Environment.TickCount64;

    /// <summary>True when its consumer fetches from here on.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>True when its consumer was told to stop fetching.</summary>
    public bool IsPaused { get; set; }

    public bool IsFull => _entries.Count - _read >= MostAhead || _bytesAhead >= MostBytesAhead;

    public bool HasRoom => _entries.Count - _read <= MostAhead / 2 && _bytesAhead <= MostBytesAhead / 2;

    /// <summary>Ends when something was added.</summary>
    public Task Changed => _changed.Task;

    public bool Covers(long offset) => offset >= From && offset <= Next;

    /// <summary>How many entries there are from an offset on.</summary>
    public int CountFrom(long offset) => _entries.Count - IndexOf(offset);

    /// <summary>Adds what comes next. What is in it already is not added again.</summary>
    public void Add(LogEntry entry)
    {
        if (entry.Position.Offset >= Next)
        {
            _entries.Add(entry);
            _bytesAhead += SizeOf(entry);
            Next = entry.Position.Offset + 1;
        }
    }

    /// <summary>There is nothing below this offset that is not in it.</summary>
    public void Reached(long offset) => Next = Math.Max(Next, offset);

    public void Tell()
    {
        var told = _changed;
        _changed = Fresh();
        told.SetResult();
    }

    /// <summary>Up to so many entries from an offset on. Those that the furthest reader has left behind go, but for the last few: others are just behind it.</summary>
    public IReadOnlyList<LogEntry> Read(long offset, int max)
    {
        var first = IndexOf(offset);
        var entries = _entries.GetRange(first, Math.Min(max, _entries.Count - first));
        for (; _read < first + entries.Count; _read++)
        {
            var size = SizeOf(_entries[_read]);
            (_bytesAhead, _bytesRead) = (_bytesAhead - size, _bytesRead + size);
        }
        var drop = 0;
        // Not one by one: each time all that is left moves up.
        if (_read > 2 * MostBehind || _bytesRead > 2 * MostBytesBehind)
        {
            for (; drop < _read && (_read - drop > MostBehind || _bytesRead > MostBytesBehind); drop++)
            {
                _bytesRead -= SizeOf(_entries[drop]);
            }
            From = _entries[drop - 1].Position.Offset + 1;
            _entries.RemoveRange(0, drop);
            _read -= drop;
        }
        return entries;
    }

    private int IndexOf(long offset)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Position.Offset < offset ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private static long SizeOf(LogEntry entry) => entry.Event.Body.Length + 400;

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
