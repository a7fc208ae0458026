namespace Kilo.Testing;

/// <summary>A clock that stands still until a test moves it. Starts at 2026-01-01 00:00 UTC unless told otherwise.</summary>
public sealed class ManualTime : TimeProvider
{
    private long _ticks;

    /// <param name="start">What the clock shows first.</param>
    public ManualTime(DateTimeOffset? start = null) =>
        _ticks = (start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcTicks;

    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now => GetUtcNow();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    /// <summary>Moves the clock forward. Timers do not follow it.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
