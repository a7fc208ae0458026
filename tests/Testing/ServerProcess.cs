using System.Diagnostics;
using System.Globalization;

namespace Kilo.Testing;

/// <summary>
/// A server of the tests as the process that it is: killed without a warning, frozen, and started again as it was. On Linux; where the process cannot be found, the test
/// is skipped.
/// </summary>
public sealed class ServerProcess
{
    private readonly string _pidFile;
    private readonly string? _data;
    private string[] _command = [];
    private string _directory = "/";
    private string _log = "/dev/null";
    private string[] _owner = [];

    private ServerProcess(string name, string pidFile, string? data) => (Name, _pidFile, _data) = (name, pidFile, data);

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>The operating system's id of it, now.</summary>
    public int Id => int.Parse(File.ReadLines(_pidFile).First(), CultureInfo.InvariantCulture);

    /// <summary>Kafka.</summary>
    public static ServerProcess Kafka => Started("kafka");

    /// <summary>A node of a cluster of three.</summary>
    /// <param name="cluster"><c>kafka3</c> or <c>cassandra3</c>.</param>
    /// <param name="node">1, 2 or 3.</param>
    public static ServerProcess OfThree(string cluster, int node) => Started(string.Create(CultureInfo.InvariantCulture, $"{cluster}/{node}"));

    /// <summary>S3.</summary>
    public static ServerProcess S3 => Started("s3");

    /// <summary>PostgreSQL.</summary>
    /// <param name="data">Its data directory.</param>
    public static ServerProcess Postgres(string data) => Found("PostgreSQL", Path.Combine(data, "postmaster.pid"), data);

    /// <summary>kill -9, to it and to the processes that it has started.</summary>
    public async Task KillAsync()
    {
        var id = Id;
        Remember(id);
        int[] all = [id, .. ChildrenOf(id)];
        foreach (var each in all)
        {
            Signal("KILL", each);
        }
        // One that nobody has asked about yet still has its number.
        await Eventually.Async($"{Name} to be gone", () => all.All(each => StatusOf(each, "State") is null or ['Z', ..]));
    }

    /// <summary>Starts it again, and does not wait until it answers.</summary>
    public void Start()
    {
        // Whoever stops the servers in the end finds it by the same file. PostgreSQL writes it itself.
        var script = $"cd '{_directory}' || exit 1; {(_data is null ? $"echo $$ > '{_pidFile}'; " : "")}exec \"$@\" >> '{_log}' 2>&1 < /dev/null";
        using var process = Process.Start("setsid", ["sh", "-c", script, "sh", .. _owner, .. _command]);
    }

    /// <summary>From now on it does nothing, and says nothing to anybody: its connections are half open.</summary>
    public void Freeze() => Signal("STOP", Id);

    /// <summary>It goes on as if nothing had been.</summary>
    public void Thaw() => Signal("CONT", Id);

    /// <summary>The file that its last argument names: its configuration.</summary>
    public string Configuration
    {
        get
        {
            Remember(Id);
            return _command[^1];
        }
    }

    // Where tests/run or whoever started the servers says so.
    private static ServerProcess Started(string name) =>
        Found(name, Path.Combine(Environment.GetEnvironmentVariable("KILO_TEST_SERVERS") ?? "", name, "pid"), data: null);

    private static ServerProcess Found(string name, string pidFile, string? data)
    {
        Skip.Unless(File.Exists(pidFile) && Directory.Exists("/proc/self"), $"There is no {pidFile} with the process of {name}: it cannot be killed. KILO_TEST_SERVERS names a directory that has such files.");
        return new ServerProcess(name, pidFile, data);
    }

    private void Remember(int id)
    {
        _command = File.ReadAllText($"/proc/{id}/cmdline").TrimEnd('\0').Split('\0');
        // PostgreSQL has gone to its data directory, from wherever the path in its arguments begins.
        if (_data is not null && Array.IndexOf(_command, "-D") is >= 0 and var option)
        {
            _command[option + 1] = _data;
        }
        _directory = File.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: true)!.FullName;
        _log = File.ResolveLinkTarget($"/proc/{id}/fd/1", returnFinalTarget: false) is { Exists: true } log ? log.FullName : _log;
        _owner = StatusOf(id, "Uid") == StatusOf(Environment.ProcessId, "Uid")
            ? []
            : ["setpriv", $"--reuid={StatusOf(id, "Uid")}", $"--regid={StatusOf(id, "Gid")}", "--clear-groups"];
    }

    private static IEnumerable<int> ChildrenOf(int id) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var each) ? each : 0)
        .Where(each => each != 0 && StatusOf(each, "PPid") == id.ToString(CultureInfo.InvariantCulture));

    // The first value of a line; null when there is no such process any more.
    private static string? StatusOf(int id, string name)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith(name + ':', StringComparison.Ordinal)).Split('\t')[1];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Signal(string name, int id)
    {
        using var kill = Process.Start("kill", [$"-{name}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
