using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kilo.Bench.Report;

/// <summary>Everything that a run found out.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Raw">The bare machine, when a scenario asked for it.</param>
/// <param name="Figures">What was measured.</param>
/// <param name="Failures">Scenarios that could not be measured, with the reason.</param>
internal sealed record BenchReport(Machine Machine, RawSpeed? Raw, IReadOnlyList<Figure> Figures, IReadOnlyList<Failure> Failures)
{
    private static readonly string[] Columns = ["scenario", "figure", "value", "unit", "p50 ms", "p99 ms", "target", "ratio", "", "beside the bare machine"];

    /// <summary>Writes the same as JSON.</summary>
    public Task WriteAsync(string path, CancellationToken cancel) =>
        File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.BenchReport), cancel);

    /// <summary>Prints the table.</summary>
    public void Print(TextWriter writer)
    {
        writer.WriteLine($"{Machine.Cpu}, {Machine.Cores} cores, {Machine.MemoryGiB:F0} GiB · Linux {Machine.Kernel} · {Machine.DotNet} · {Machine.Time:yyyy-MM-dd HH:mm}Z");
        if (Raw is not null)
        {
            writer.WriteLine($"bare machine: {Raw.SyncsPerSecond:N0} fsync'd appends/s · disk {Raw.DiskMBs:N0} MB/s · loopback {Raw.LoopbackMBs:N0} MB/s");
        }
        writer.WriteLine("The load generator shares the cores with the server. Figures of 1 GiB are the median of 3 after an untimed round, because the first");
        writer.WriteLine("touch of a virtual machine's memory is slow. MB is 10⁶ bytes. A ratio of 1 or more meets the target.");
        writer.WriteLine();
        string[][] rows = Figures.Count == 0 ? [] : [Columns, .. Figures.Select(Cells)];
        var widths = Enumerable.Range(0, Columns.Length).Select(c => rows.Select(r => r[c].Length).DefaultIfEmpty().Max()).ToArray();
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, c) => c is 0 or 1 or 3 or 9 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
        }
        foreach (var failure in Failures)
        {
            writer.WriteLine($"{Environment.NewLine}{failure.Scenario} FAILED: {failure.Reason}");
        }
    }

    private static string[] Cells(Figure figure) =>
    [
        figure.Scenario, figure.Name, Number(figure.Value), figure.Unit, Number(figure.P50), Number(figure.P99),
        figure.Target is { } target ? (target.IsCeiling ? "< " : "≥ ") + Number(target.Limit) : "",
        figure.Ratio is { } ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "",
        figure.Ratio switch { null => "", >= 1 => "ok", _ => "MISSED" },
        string.Join(", ", figure.Raw.Select(r => $"{r.Ratio:F2} × {r.Of}")),
    ];

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("N1", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("N2", CultureInfo.InvariantCulture),
    };
}

/// <summary>A scenario that could not be measured.</summary>
internal sealed record Failure(string Scenario, string Reason);

[JsonSerializable(typeof(BenchReport))]
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReportJson : JsonSerializerContext;
