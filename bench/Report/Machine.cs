using System.Globalization;
using System.Runtime.InteropServices;

namespace Kilo.Bench.Report;

/// <summary>What the figures were measured on.</summary>
internal sealed record Machine(int Cores, string Cpu, double MemoryGiB, string Kernel, string DotNet, DateTimeOffset Time)
{
    /// <summary>This machine.</summary>
    public static Machine Read(TimeProvider time) => new(
        Environment.ProcessorCount,
        Field("/proc/cpuinfo", "model name"),
        double.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / (1 << 20),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.FrameworkDescription,
        time.GetUtcNow());

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "0 (unknown)";
}
