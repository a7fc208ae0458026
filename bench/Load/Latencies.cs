namespace Kilo.Bench.Load;

/// <summary>Durations of single requests.</summary>
internal sealed class Latencies
{
    private readonly TimeSpan[] _sorted;

    /// <exception cref="InvalidDataException">There are none: nothing was measured.</exception>
    public Latencies(IEnumerable<TimeSpan> durations)
    {
        _sorted = [.. durations.Order()];
        if (_sorted.Length == 0)
        {
            throw new InvalidDataException("No request was answered in the measured time.");
        }
    }

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>The median, in ms.</summary>
    public double P50 => At(0.50);

    /// <summary>What 99 of 100 stay within, in ms.</summary>
    public double P99 => At(0.99);

    private double At(double share) => _sorted[Math.Max(0, (int)Math.Ceiling(share * _sorted.Length) - 1)].TotalMilliseconds;
}
