using System.Diagnostics;
using System.Text;
using Shouldly;

namespace Kilo.Testing.Http;

/// <summary>A command of the real executable, run as an operator runs it.</summary>
public sealed class KiloCommand : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _result = new();
    private readonly StringBuilder _said = new();

    private KiloCommand(Process process) => _process = process;

    /// <summary>Its standard output.</summary>
    public string Result => Text(_result);

    /// <summary>Its standard error.</summary>
    public string Said => Text(_said);

    /// <summary>True when it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts it and does not wait for it.</summary>
    /// <param name="arguments">With the command's name, without spaces in them.</param>
    /// <param name="environment">More of the environment; a null value removes a variable.</param>
    public static KiloCommand Start(string arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var process = new Process { StartInfo = KiloProcess.Executable(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment) };
        var command = new KiloCommand(process);
        process.OutputDataReceived += (_, line) => Add(command._result, line.Data);
        process.ErrorDataReceived += (_, line) => Add(command._said, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Runs it to its end and judges the exit code.</summary>
    public static async Task<KiloCommand> RunAsync(string arguments, int exitCode = 0, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await using var command = Start(arguments, environment);
        await command.EndedAsync();
        command.ExitCode.ShouldBe(exitCode, $"{arguments}{Environment.NewLine}{command.Result}{Environment.NewLine}{command.Said}");
        command.Said.ShouldNotContain("   at ", Case.Sensitive, "People should see no stack trace.");
        return command;
    }

    /// <summary>Returns when it has ended and its last words were read.</summary>
    public Task EndedAsync() => Eventually.Ends("the command to end", _process.WaitForExitAsync(), Longest);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    private static string Text(StringBuilder lines)
    {
        lock (lines)
        {
            return lines.ToString().Trim();
        }
    }

    private static void Add(StringBuilder lines, string? line)
    {
        lock (lines)
        {
            lines.AppendLine(line);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
    }
}
