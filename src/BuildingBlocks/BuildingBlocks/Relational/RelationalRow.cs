using System.Globalization;

namespace Kilo.BuildingBlocks.Relational;

/// <summary>A row of an answer. What an engine has no type for is text or a number there, and is read as what it means.</summary>
/// <param name="values">As the engine has them.</param>
public sealed class RelationalRow(object?[] values)
{
    /// <summary>How a moment is written where it is text.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The values as the engine has them.</summary>
    public IReadOnlyList<object?> Values => values;

    /// <summary>True for null.</summary>
    public bool IsNull(int column) => values[column] is null;

    /// <summary>Text; null for null.</summary>
    public string? Text(int column) => values[column] as string;

    /// <summary>A whole number; 0 for null, so that the sum of nothing is 0.</summary>
    public long Number(int column) => values[column] is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>True or false; false for null.</summary>
    public bool Flag(int column) => values[column] switch { bool flag => flag, null => false, var number => Convert.ToInt64(number, CultureInfo.InvariantCulture) != 0 };

    /// <summary>An id; null for null.</summary>
    public Guid? Id(int column) => values[column] switch { Guid id => id, string text => Guid.Parse(text), _ => null };

    /// <summary>A moment in UTC; null for null.</summary>
    public DateTimeOffset? Time(int column) => values[column] switch
    {
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        string text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        _ => null,
    };
}
