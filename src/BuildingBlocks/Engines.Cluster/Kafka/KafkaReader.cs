using Confluent.Kafka;
using Kilo.BuildingBlocks.Log;
using Microsoft.Extensions.Logging;

namespace Kilo.Engines.Cluster.Kafka;

/// <summary>
/// Lets many read the same partitions at places of their own, with few consumers. A lane is one consumer; it holds a window on each partition
/// that is read through it. Readers at about the same place share a window, as those who follow the end do; one that is elsewhere gets a window in
/// another lane. So there are as many lanes as there are different places in one partition, and never more than a few.
/// </summary>
internal sealed class KafkaReader(KafkaSettings settings, KafkaClients clients, KafkaEnds ends, Func<TopicPartition, ConsumeResult<string, byte[]>, KafkaEvents, LogEntry> decode, ILogger logger) : IDisposable
{
    private const int MostLanes = 4;

    // So long a read waits for more when it has less than was asked for and more is on its way.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Lane> _lanes = [];
    private readonly Dictionary<TopicPartition, long> _appended = [];
    private bool _isDisposed;

    /// <summary>Up to so many events from an offset on; none only when the brokers say that there are none.</summary>
    /// <exception cref="LogUnavailableException">The brokers give nothing in time.</exception>
    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(TopicPartition partition, long from, int max, CancellationToken cancel)
    {
        long end;
        lock (_lock)
        {
            var window = Find(partition, from)?.Windows[partition];
            end = Math.Max(window?.End ?? 0, _appended.GetValueOrDefault(partition));
            if (window is not null && IsEnough(window, from, max, end))
            {
                return Take(partition, window, from, max);
            }
        }
        if (end <= from)
        {
            end = await ends.EndAsync(partition, cancel);
            if (end <= from)
            {
                return [];
            }
        }
        var started = TimeProvider.System.GetTimestamp();
        long? seen = null;
        Window? used = null;
        try
        {
            while (true)
            {
                Task changed;
                var patience = settings.Timeout - TimeProvider.System.GetElapsedTime(started);
                lock (_lock)
                {
                    if (used?.Covers(from) == false)
                    {
                        // Somebody who is further on has read so much that what is wanted here was dropped.
                        used.Users--;
                        used = null;
                    }
                    used ??= Use(partition, from);
                    if (used is not null)
                    {
                        var count = used.CountFrom(from);
                        if (count > 0)
                        {
                            seen ??= TimeProvider.System.GetTimestamp();
                            patience = Patience - TimeProvider.System.GetElapsedTime(seen.Value);
                        }
                        if (IsEnough(used, from, max, end) || (count > 0 && patience <= TimeSpan.Zero) || (count == 0 && used.Next >= end))
                        {
                            return Take(partition, used, from, max);
                        }
                    }
                    changed = used?.Changed ?? Task.Delay(AskAgain, cancel);
                }
                try
                {
                    await changed.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, cancel);
                }
                catch (TimeoutException) when (seen is not null)
                {
                }
            }
        }
        catch (TimeoutException e)
        {
            throw new LogUnavailableException($"Kafka at {settings.Servers} gives no events of {partition.Topic}/{partition.Partition.Value} now.", e);
        }
        finally
        {
            Leave(used);
        }
    }

    /// <summary>Returns when there is an event at the offset or behind it.</summary>
    public async Task WaitAsync(TopicPartition partition, long from, CancellationToken cancel)
    {
        Window? used = null;
        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    used ??= Use(partition, from);
                    if (used?.CountFrom(from) > 0)
                    {
                        return;
                    }
                    changed = used?.Changed ?? Task.Delay(AskAgain, cancel);
                }
                await changed.WaitAsync(cancel);
            }
        }
        finally
        {
            Leave(used);
        }
    }

    /// <summary>This process has appended: up to here there is something to read.</summary>
    public void Appended(TopicPartition partition, long end)
    {
        lock (_lock)
        {
            _appended[partition] = Math.Max(end, _appended.GetValueOrDefault(partition));
        }
    }

    private static bool IsEnough(Window window, long from, int max, long end) =>
        window.CountFrom(from) is var count && (count >= max || (count > 0 && (window.Next >= Math.Max(end, window.End) || window.IsFull)));

    private IReadOnlyList<LogEntry> Take(TopicPartition partition, Window window, long from, int max)
    {
        window.LastUsed = Environment.TickCount64;
        var entries = window.Read(from, max);
        if (window is { IsPaused: true, HasRoom: true })
        {
            _lanes.First(l => l.Windows.GetValueOrDefault(partition) == window).Resume(partition, window);
        }
        return entries;
    }

    private Lane? Find(TopicPartition partition, long from) => _lanes.FirstOrDefault(l => l.Windows.TryGetValue(partition, out var window) && window.Covers(from));

    // Null: each lane has somebody waiting at another place of this partition. They wait for what is there, so one of them goes soon.
    private Window? Use(TopicPartition partition, long from)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, nameof(KafkaEventLog));
        var lane = Find(partition, from);
        if (lane is null)
        {
            lane = _lanes.FirstOrDefault(l => !l.Windows.ContainsKey(partition));
            if (lane is null && _lanes.Count < MostLanes)
            {
                _lanes.Add(lane = new Lane(this, _lanes.Count));
            }
            lane ??= _lanes.Where(l => l.Windows[partition].Users == 0).MinBy(l => l.Windows[partition].LastUsed);
            if (lane is null)
            {
                return null;
            }
            lane.Windows[partition] = new Window(from);
        }
        var window = lane.Windows[partition];
        window.Users++;
        window.LastUsed = Environment.TickCount64;
        return window;
    }

    private void Leave(Window? window)
    {
        if (window is not null)
        {
            lock (_lock)
            {
                window.Users--;
                window.LastUsed = Environment.TickCount64;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    /// <summary>A consumer with the thread that polls it. All that changes where it reads happens on that thread: so what it polls is from there.</summary>
    private sealed class Lane : IDisposable
    {
        private const int MostAtOnce = 500;
        private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(50);

        private readonly KafkaReader _reader;
        private readonly IConsumer<string, byte[]> _consumer;
        private readonly HashSet<string> _known = [];
        private readonly KafkaEvents _events = new();
        private readonly Thread _thread;
        private readonly Dictionary<TopicPartition, Window> _placed = [];
        private volatile bool _stopping;

        public Lane(KafkaReader reader, int number)
        {
            (_reader, _consumer) = (reader, reader.Clients.Consumer(reader.Settings.Reader()));
            _thread = new Thread(Run) { IsBackground = true, Name = $"kafka lane {number}" };
            _thread.Start();
        }

        /// <summary>Where each partition is read. Guarded by the reader's lock.</summary>
        public Dictionary<TopicPartition, Window> Windows { get; } = [];

        /// <summary>There is room again. Under the reader's lock.</summary>
        public void Resume(TopicPartition partition, Window window)
        {
            window.IsPaused = false;
            Try(() => _consumer.Resume([partition]));
        }

        private void Run()
        {
            var polled = new List<ConsumeResult<string, byte[]>>(MostAtOnce);
            while (!_stopping)
            {
                try
                {
                    Place();
                    for (var next = Poll(LongestPoll); next is not null; next = polled.Count < MostAtOnce ? Poll(TimeSpan.Zero) : null)
                    {
                        polled.Add(next);
                    }
                }
                catch (Exception e)
                {
                    _reader.Logger.LogWarning(e, "Reading from Kafka failed and goes on.");
                }
                if (polled.Count > 0)
                {
                    Publish(polled);
                    polled.Clear();
                    _reader.Clients.Answered();
                }
            }
        }

        private ConsumeResult<string, byte[]>? Poll(TimeSpan longest)
        {
            try
            {
                return _consumer.Consume(longest);
            }
            catch (ConsumeException e)
            {
                // Of one partition, and it may pass; whoever waits there is told by the time that runs out.
                _reader.Logger.LogDebug("Kafka at {Servers}: {Reason}", _reader.Settings.Servers, e.Error.Reason);
                return null;
            }
        }

        // Brings what the consumer fetches in line with the windows.
        private void Place()
        {
            List<TopicPartition>? leave = null;
            List<TopicPartitionOffset>? enter = null;
            lock (_reader._lock)
            {
                var unused = Environment.TickCount64 - (long)Unused.TotalMilliseconds;
                foreach (var (partition, window) in Windows.Where(w => w.Value.Users == 0 && w.Value.LastUsed < unused).ToList())
                {
                    Windows.Remove(partition);
                }
                foreach (var (partition, window) in _placed)
                {
                    if (Windows.GetValueOrDefault(partition) != window)
                    {
                        (leave ??= []).Add(partition);
                        if (window.IsPaused)
                        {
                            Resume(partition, window);
                        }
                    }
                }
                leave?.ForEach(p => _placed.Remove(p));
                foreach (var (partition, window) in Windows)
                {
                    if (!window.IsPlaced)
                    {
                        (enter ??= []).Add(new(partition, window.From));
                        _placed[partition] = window;
                    }
                }
            }
            if (leave is not null)
            {
                _consumer.IncrementalUnassign(leave);
            }
            if (enter is not null)
            {
                if (enter.Select(e => e.Topic).Where(_known.Add).ToList() is { Count: > 0 } unknown)
                {
                    KafkaClients.Meet(_consumer.Handle, unknown);
                }
                _consumer.IncrementalAssign(enter);
                lock (_reader._lock)
                {
                    enter.ForEach(p => _placed[p.TopicPartition].IsPlaced = true);
                }
            }
        }

        private void Publish(List<ConsumeResult<string, byte[]>> polled)
        {
            // Decoded before the lock is taken: that is the most of the work.
            var entries = polled.ConvertAll(m => m.IsPartitionEOF ? null : _reader.Decode(m.TopicPartition, m, _events));
            lock (_reader._lock)
            {
                foreach (var partition in polled.Select(m => m.TopicPartition).Distinct())
                {
                    // A window that took this one's place is not placed yet: what was polled is for nobody.
                    if (!Windows.TryGetValue(partition, out var window) || !window.IsPlaced)
                    {
                        continue;
                    }
                    for (var i = 0; i < polled.Count; i++)
                    {
                        if (polled[i].TopicPartition != partition)
                        {
                            continue;
                        }
                        if (entries[i] is { } entry)
                        {
                            window.Add(entry);
                        }
                        else
                        {
                            window.Reached(polled[i].Offset);
                        }
                    }
                    Try(() => window.End = _consumer.GetWatermarkOffsets(partition).High.Value);
                    if (window is { IsFull: true, IsPaused: false })
                    {
                        window.IsPaused = true;
                        Try(() => _consumer.Pause([partition]));
                    }
                    window.Tell();
                }
            }
        }

        // The consumer may just have left the partition.
        private void Try(Action change)
        {
            try
            {
                change();
            }
            catch (KafkaException e)
            {
                _reader.Logger.LogDebug("Kafka at {Servers}: {Reason}", _reader.Settings.Servers, e.Error.Reason);
            }
        }

        public void Dispose()
        {
            _stopping = true;
            _thread.Join();
            _consumer.Dispose();
        }
    }

    private KafkaSettings Settings => settings;

    private KafkaClients Clients => clients;

    private ILogger Logger => logger;

    private Func<TopicPartition, ConsumeResult<string, byte[]>, KafkaEvents, LogEntry> Decode => decode;
}
