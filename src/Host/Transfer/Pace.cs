using System.Globalization;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host.Transfer;

/// <summary>Keeps all who move bytes together below a rate, so that a command leaves something for the server beside it.</summary>
/// <param name="bytesPerSecond">Null: as fast as it goes.</param>
internal sealed class Pace(long? bytesPerSecond)
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("kib", 1L << 10), ("mib", 1L << 20), ("gib", 1L << 30), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("b", 1)];

    private readonly Lock _lock = new();
    private long _free = TimeProvider.System.GetTimestamp();

    /// <summary>Reads <c>100MB/s</c>, <c>50 MiB</c>, <c>2000000</c>; null stays null.</summary>
    /// <exception cref="StartRefusedException">It is no rate.</exception>
    public static Pace Of(string? text)
    {
        if (text is null)
        {
            return new Pace(null);
        }
        var number = text.Trim().ToLowerInvariant();
        number = (number.EndsWith("/s", StringComparison.Ordinal) ? number[..^2] : number).TrimEnd();
        var (unit, bytes) = Units.FirstOrDefault(u => number.EndsWith(u.Unit, StringComparison.Ordinal), ("", 1));
        return double.TryParse(number[..^unit.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var amount)
            && amount * bytes is >= 1 and < long.MaxValue
            ? new Pace((long)(amount * bytes))
            : throw new StartRefusedException($"'{text}' is no rate like 100MB/s.");
    }

    /// <summary>Returns when so many bytes may have been moved.</summary>
    public ValueTask MovedAsync(long bytes, CancellationToken cancel)
    {
        if (bytesPerSecond is not { } rate)
        {
            return ValueTask.CompletedTask;
        }
        TimeSpan wait;
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            _free = Math.Max(_free, now) + (long)((double)bytes / rate * TimeProvider.System.TimestampFrequency);
            wait = TimeProvider.System.GetElapsedTime(now, _free);
        }
        return new ValueTask(Task.Delay(wait, cancel));
    }
}
