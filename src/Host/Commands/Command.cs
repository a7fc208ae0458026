using System.Runtime.InteropServices;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>An option of a command.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Value">What a value looks like; null: it has none.</param>
internal sealed record Option(string Name, string? Value = null)
{
    public override string ToString() => Value is null ? $"--{Name}" : $"--{Name} {Value}";
}

/// <summary>Something that the program does instead of serving. Its result goes to standard output, all else to standard error.</summary>
/// <param name="Name">The first word of the command line.</param>
/// <param name="Meaning">What it does, in a few words.</param>
/// <param name="Arguments">What must follow.</param>
/// <param name="Options">What may follow.</param>
/// <param name="RunAsync">Returns the exit code.</param>
internal sealed record Command(
    string Name, string Meaning, IReadOnlyList<string> Arguments, IReadOnlyList<Option> Options, Func<CommandLine, CancellationToken, Task<int>> RunAsync)
{
    /// <summary>The data directory, as for the server.</summary>
    public static Option Data { get; } = new("data", "./data");

    /// <summary>The modules it is about, as for the server.</summary>
    public static Option Modules { get; } = new("modules", "documents,users,reporting");

    /// <summary>How many bytes may be moved in a second.</summary>
    public static Option Rate { get; } = new("rate", "100MB/s");

    /// <summary>All is right.</summary>
    public const int Done = 0;

    /// <summary>It ran, and found what is not right.</summary>
    public const int FoundFaults = 1;

    /// <summary>It could not run, or not to its end.</summary>
    public const int CouldNotRun = 2;

    /// <summary>Each once.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        OpenApiCommand.Command, VerifyCommand.Command, BackupCommand.Command, RestoreCommand.Command, MigrateCommand.Command, RebuildCommand.Command, ParkedCommand.Command,
    ];

    /// <summary>Two lines for each.</summary>
    public static string Usages => string.Join(Environment.NewLine, All.Select(c => $"{c.Usage}{Environment.NewLine}    {c.Meaning}"));

    /// <summary>How it is called.</summary>
    public string Usage => string.Join(' ', ["Kilo.Host", Name, .. Arguments, .. Options.Select(o => $"[{o}]")]);

    /// <summary>Runs the command that the command line names; null when it names none.</summary>
    /// <exception cref="StartRefusedException">It cannot be run like that.</exception>
    public static async Task<int?> TryRunAsync(string[] args)
    {
        if (args is not [var name, .. var rest] || All.FirstOrDefault(c => c.Name == name) is not { } command)
        {
            return null;
        }
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await command.RunAsync(CommandLine.Parse(command, rest), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Interrupted. The same command again goes on, or starts anew where it had changed nothing.");
            return CouldNotRun;
        }
        catch (DamagedBackupException e)
        {
            Console.Error.WriteLine(e.Message);
            return FoundFaults;
        }
        catch (Exception e) when (e is LogUnavailableException or ContentUnavailableException or ViewsUnavailableException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{e.Message}{(e.InnerException is { } inner ? $" {inner.Message}" : "")}");
            return CouldNotRun;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
