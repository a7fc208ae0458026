using System.Globalization;

namespace Kilo.BuildingBlocks.Log;

/// <summary>A place on the log. Opaque to callers; they only hand it back (<c>Kilo-Position</c>, <c>Kilo-Wait-For</c>).</summary>
/// <param name="Epoch">Which log.</param>
/// <param name="Topic">Which topic.</param>
/// <param name="Partition">Which partition, from 0.</param>
/// <param name="Offset">Which event, from 0.</param>
public readonly record struct LogPosition(string Epoch, string Topic, int Partition, long Offset)
{
    /// <summary><c>epoch/topic/partition/offset</c>: header-safe.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}/{Topic}/{Partition}/{Offset}");

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LogPosition position)
    {
        position = default;
        Span<Range> parts = stackalloc Range[5];
        if (text.Length > 200 || text.Split(parts, '/') != 4
            || !int.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !long.TryParse(text[parts[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }
        position = new LogPosition(text[parts[0]].ToString(), text[parts[1]].ToString(), partition, offset);
        return true;
    }
}
