using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Shouldly;

namespace Kilo.Testing.Http;

/// <summary>
/// The real executable as a process of its own. <c>KILO_TEST_HOST</c> names the built program; without it, the one that the tests
/// were built with is run.
/// </summary>
public sealed class KiloProcess : IAsyncDisposable
{
    // Test runs beside each other start at different places.
    private static int s_lastPort = Random.Shared.Next(10_000);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KiloProcess(Process process, int port)
    {
        (_process, Port) = (process, port);
        Anonymous = KiloClient.For(new Uri($"http://localhost:{port}"));
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The operating system's id of it.</summary>
    public int Id => _process.Id;

    /// <summary>A client that is not signed in.</summary>
    public KiloClient Anonymous { get; }

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    /// <summary>True when it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts it without waiting for anything.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="arguments">More of the command line, such as <c>--role rest</c>.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="environment">More of the environment; a null value removes a variable.</param>
    public static KiloProcess Start(string data, string arguments = "", int port = 0, IReadOnlyDictionary<string, string?>? environment = null)
    {
        port = port == 0 ? FreePort() : port;
        var administered = new Dictionary<string, string?> { ["KILO_ADMIN_EMAIL"] = KiloServer.AdminEmail, ["KILO_ADMIN_PASSWORD"] = KiloServer.AdminPassword };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            administered[name] = value;
        }
        var start = Executable($"--port {port.ToString(CultureInfo.InvariantCulture)} --data {data} {arguments}".Split(' ', StringSplitOptions.RemoveEmptyEntries), administered);
        var kilo = new KiloProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, port);
        kilo.Run();
        return kilo;
    }

    /// <summary>Starts it and waits for the ready line.</summary>
    public static async Task<KiloProcess> ReadyAsync(string data, string arguments = "", int port = 0, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var kilo = Start(data, arguments, port, environment);
        await kilo.IsReadyAsync();
        return kilo;
    }

    /// <summary>Waits for the ready line.</summary>
    public async Task IsReadyAsync()
    {
        try
        {
            await _ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception)
        {
            var ended = "";
            if (_process.HasExited)
            {
                // Its last words are read after it is gone.
                await _process.WaitForExitAsync();
                ended = $" It ended with code {_process.ExitCode}.";
            }
            throw new ShouldAssertException($"Kilo never became ready.{ended} It said:{Environment.NewLine}{Output}");
        }
    }

    /// <summary>Signs the first administrator in.</summary>
    public Task<KiloClient> AdminAsync() => Anonymous.SignInAsync(KiloServer.AdminEmail, KiloServer.AdminPassword);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends it a signal and does not wait for what it does then.</summary>
    /// <param name="name"><c>TERM</c>, as an orchestrator sends it; <c>INT</c>, as Ctrl-C does.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns when it has ended, with its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await EndedAsync();
    }

    /// <summary>Returns when it has ended by itself, with its exit code.</summary>
    public async Task<int> EndedAsync()
    {
        await Eventually.Ends("Kilo to end", _process.WaitForExitAsync(), TimeSpan.FromSeconds(40));
        return _process.ExitCode;
    }

    /// <summary>A port that nobody listens on, and that no other call gets.</summary>
    /// <remarks>Below the range that operating systems give to outgoing connections: there, a client may have taken it before Kilo starts.</remarks>
    public static int FreePort()
    {
        while (true)
        {
            var port = 20_000 + (int)((uint)Interlocked.Increment(ref s_lastPort) % 10_000);
            try
            {
                using var listener = new TcpListener(IPAddress.IPv6Any, port);
                listener.Server.DualMode = true;
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }

    /// <summary>The program with its output redirected, not started.</summary>
    internal static ProcessStartInfo Executable(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var built = Environment.GetEnvironmentVariable("KILO_TEST_HOST");
        var start = string.IsNullOrEmpty(built)
            ? new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Kilo.Host.dll")])
            : new ProcessStartInfo(built);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }
        return start;
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("It ended."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
            if (line.StartsWith("Kilo is ready at ", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
        Anonymous.Dispose();
    }
}
