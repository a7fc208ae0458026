namespace Kilo.Bench.Report;

/// <summary>What a figure should be.</summary>
/// <param name="Limit">In the figure's unit.</param>
/// <param name="IsCeiling">True: at most the limit. False: at least.</param>
internal sealed record Target(double Limit, bool IsCeiling)
{
    /// <summary>The figure should be at least this.</summary>
    public static Target AtLeast(double limit) => new(limit, false);

    /// <summary>The figure should stay below this.</summary>
    public static Target Below(double limit) => new(limit, true);

    /// <summary>How far a value is on the right side: 1 or more meets the target, whichever side is the right one.</summary>
    public double Ratio(double value) => IsCeiling ? Limit / value : value / Limit;
}

/// <summary>A measured figure beside what the bare machine can do, so that figures of different machines can be compared.</summary>
/// <param name="Of">What the machine did, in a word.</param>
/// <param name="Ratio">The figure divided by it.</param>
internal sealed record RawRatio(string Of, double Ratio);

/// <summary>One line of the report.</summary>
/// <param name="Scenario">Which scenario.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Value">How much.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="P50">Median latency in ms, where single requests were timed.</param>
/// <param name="P99">99th percentile in ms.</param>
/// <param name="Target">What the value should be.</param>
/// <param name="Raw">Beside the bare machine.</param>
internal sealed record Figure(
    string Scenario, string Name, double Value, string Unit, double? P50 = null, double? P99 = null, Target? Target = null, params RawRatio[] Raw)
{
    /// <summary>1 or more meets the target; null without one.</summary>
    public double? Ratio => Target?.Ratio(Value);
}
