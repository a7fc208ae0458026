using System.Globalization;
using Kilo.Testing.Http;

namespace Kilo.SystemTests.Kit;

/// <summary>How much memory a process has, and what the most was, as Linux counts it.</summary>
internal sealed class ResidentMemory
{
    private readonly int _process;
    private readonly long _before;

    private ResidentMemory(KiloProcess kilo)
    {
        _process = kilo.Id;
        _before = Bytes("VmRSS");
    }

    /// <summary>Forgets the peak so far.</summary>
    public static ResidentMemory WatchFromNow(KiloProcess kilo)
    {
        // 5: "reset the peak resident set size" (proc(5)).
        File.WriteAllText($"/proc/{kilo.Id}/clear_refs", "5");
        return new ResidentMemory(kilo);
    }

    /// <summary>Bytes by which the peak since then exceeds what it was then.</summary>
    public long Growth => Bytes("VmHWM") - _before;

    private long Bytes(string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process}/status").First(line => line.StartsWith(name + ':', StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal),
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
