using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kilo.Bench.Server;

/// <summary>
/// The real executable as a child process on a free loopback port. It is stopped with SIGTERM, and killed when the run is cancelled.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>The first administrator, whom the process creates on an empty data directory.</summary>
    public const string AdminEmail = "bench@kilo.test";

    /// <summary>The administrator's password.</summary>
    public const string AdminPassword = "a-long-bench-password-7";

    private const int Sigterm = 15;
    private const int LinesKept = 40;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource<TimeSpan> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _kill;
    private readonly Queue<string> _output = [];

    private readonly Action<string> _complain;
    private readonly CancellationToken _cancel;

    private ServerProcess(ProcessStartInfo start, int port, Action<string> complain, CancellationToken cancel)
    {
        (Port, _complain, _cancel) = (port, complain, cancel);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) =>
        {
            _ended.Cancel();
            _exited.SetResult();
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _kill = cancel.Register(_process.Kill);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Cancelled when the process has ended, or the run is cancelled.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Starts it; it may take a while until it is ready.</summary>
    /// <param name="host">The executable, or its .dll.</param>
    /// <param name="data">Its data directory.</param>
    /// <param name="arguments">Further ones, such as a role.</param>
    /// <param name="environment">What it finds there, beside the first administrator.</param>
    /// <param name="complain">Hears how it ended, when that is not as it should.</param>
    /// <param name="cancel">Kills it.</param>
    public static ServerProcess Start(string host, string data, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment, Action<string> complain, CancellationToken cancel)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(host.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : host)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.FileName != host)
        {
            start.ArgumentList.Add(host);
        }
        foreach (var argument in (string[])["--port", port.ToString(CultureInfo.InvariantCulture), "--data", data, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        // Only what is said here decides the engines: a connection string of the shell would measure something else.
        foreach (var name in start.Environment.Keys.Where(IsKilos).ToList())
        {
            start.Environment.Remove(name);
        }
        start.Environment["KILO_ADMIN_EMAIL"] = AdminEmail;
        start.Environment["KILO_ADMIN_PASSWORD"] = AdminPassword;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return new ServerProcess(start, port, complain, cancel);
    }

    /// <summary>Returns when it says that it is ready, with the time since its start.</summary>
    /// <exception cref="ServerFailedException">It takes too long.</exception>
    /// <exception cref="OperationCanceledException">It ended before.</exception>
    public async Task<TimeSpan> ReadyAsync()
    {
        await using var ended = _ended.Token.Register(() => _ready.TrySetCanceled(_ended.Token));
        try
        {
            return await _ready.Task.WaitAsync(LongestStart);
        }
        catch (TimeoutException e)
        {
            throw new ServerFailedException($"The server was not ready after {LongestStart.TotalMinutes} min. It said:\n{Tail()}", e);
        }
    }

    /// <summary>Resident memory now, in MiB (VmRSS).</summary>
    public double ResidentMiB() => Status("VmRSS:");

    /// <summary>The most resident memory that it ever had, in MiB (VmHWM).</summary>
    public double PeakResidentMiB() => Status("VmHWM:");

    private string Tail()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }

    private double Status(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024.0;
    }

    private static bool IsKilos(string variable) =>
        variable.StartsWith("Kilo", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }
        if (line.Contains("Kilo is ready at ", StringComparison.Ordinal))
        {
            _ready.TrySetResult(Stopwatch.GetElapsedTime(_started));
        }
        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > LinesKept)
            {
                _output.Dequeue();
            }
        }
    }

    /// <summary>Stops it, and returns when it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _kill.DisposeAsync();
        var endedBefore = _process.HasExited;
        if (!endedBefore)
        {
            _ = Kill(_process.Id, Sigterm);
        }
        var inTime = await Task.WhenAny(_exited.Task, Task.Delay(LongestStop, CancellationToken.None)) == _exited.Task;
        if (!inTime)
        {
            _process.Kill();
            await _exited.Task;
        }
        // Complaints do not throw: the reason why a scenario failed must not be lost behind them.
        if (!_cancel.IsCancellationRequested && (endedBefore || !inTime || _process.ExitCode != 0))
        {
            var how = inTime ? $"ended {(endedBefore ? "by itself " : "")}with code {_process.ExitCode}" : $"did not stop within {LongestStop.TotalSeconds} s of SIGTERM";
            _complain($"The server {how}. It said:\n{Tail()}");
        }
        _process.Dispose();
        _ended.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <summary>The server did not become ready.</summary>
internal sealed class ServerFailedException(string message, Exception inner) : Exception(message, inner);
