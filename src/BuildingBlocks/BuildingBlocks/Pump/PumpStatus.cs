using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Metrics;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.BuildingBlocks.Pump;

/// <summary>How far each pump of this process is; read by readiness and metrics.</summary>
public sealed class PumpStatus : IReadinessCheck
{
    private readonly ConcurrentDictionary<PumpProgress, bool> _running = [];
    private readonly ConcurrentDictionary<string, StrongBox<long>> _folded = [];

    /// <summary>Also publishes lag and parked events as gauges.</summary>
    public PumpStatus()
    {
        KiloMeter.Observe("kilo.pump.lag", "Events on the log that the view has not folded yet.", "{event}", () => Pumps.Select(p => (p.Lag, p.Tags)));
        KiloMeter.Observe("kilo.pump.parked", "Keys whose events are parked.", "{key}", () => Pumps.Select(p => ((long)p.ParkedKeys, p.Tags)));
        KiloMeter.Observe("kilo.pump.position", "Offset that the view reads next.", "{event}", () => Pumps.Select(p => (p.Next, p.Tags)));
    }

    /// <summary>Every pump of a partition that this process holds now.</summary>
    public IReadOnlyCollection<PumpProgress> Pumps => [.. _running.Keys];

    /// <inheritdoc />
    public string? NotReadyBecause => Pumps.FirstOrDefault(p => !p.IsReady) is { } pump
        ? pump.Error is { } error ? $"{pump.Module} cannot fold {pump.Source}: {error}" : $"{pump.Module} is folding {pump.Source}: {pump.Lag} events to go."
        : null;

    /// <summary>How many events this process has folded into a module's views since it started.</summary>
    public long FoldedBy(string module) => _folded.TryGetValue(module, out var events) ? Interlocked.Read(ref events.Value) : 0;

    internal void Folded(string module, int events) => Interlocked.Add(ref _folded.GetOrAdd(module, _ => new()).Value, events);

    internal PumpProgress Add(string module, string topic, int partition)
    {
        var progress = new PumpProgress(module, topic, partition);
        _running[progress] = true;
        return progress;
    }

    /// <summary>The partition was given away: how far it is, others say.</summary>
    internal void Remove(PumpProgress progress) => _running.TryRemove(progress, out _);
}

/// <summary>How far one pump is.</summary>
public sealed class PumpProgress(string module, string topic, int partition)
{
    private volatile bool _started;
    private long _next;
    private long _end;
    private volatile string? _error;
    private volatile int _parkedKeys;

    /// <summary>The module whose views it folds.</summary>
    public string Module => module;

    /// <summary>The topic and partition.</summary>
    public string Source { get; } = $"{topic}/{partition}";

    /// <summary>Offset that it reads next.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Events behind the end of the log when it last looked, or read.</summary>
    public long Lag => Math.Max(0, Volatile.Read(ref _end) - Volatile.Read(ref _next));

    /// <summary>Keys with parked events.</summary>
    public int ParkedKeys => _parkedKeys;

    /// <summary>Why it cannot go on now, or null.</summary>
    public string? Error => _error;

    /// <summary>True when it has read its checkpoint, runs without an error and is nearly at the end of the log.</summary>
    public bool IsReady => _started && _error is null && Lag < 1_000;

    internal KeyValuePair<string, object?>[] Tags { get; } = [new("module", module), new("topic", topic), new("partition", partition)];

    internal void Moved(long next, long end, int parkedKeys)
    {
        Volatile.Write(ref _next, next);
        Volatile.Write(ref _end, end);
        (_parkedKeys, _error, _started) = (parkedKeys, null, true);
    }

    /// <summary>The log has at least so much.</summary>
    internal void EndsAt(long end) => Volatile.Write(ref _end, Math.Max(end, Volatile.Read(ref _end)));

    internal void Failed(string error) => _error = error;
}
