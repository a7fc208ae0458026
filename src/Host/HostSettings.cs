using System.Globalization;
using Kilo.BuildingBlocks.Modules;
using Kilo.Host.Commands;

namespace Kilo.Host;

/// <summary>What the command line and the environment ask of this process.</summary>
/// <param name="Port">Where it listens; 0 takes a free port.</param>
/// <param name="Data">The data directory, absolute.</param>
/// <param name="Role">What it does.</param>
/// <param name="Modules">For which modules: those that have something to do in the role.</param>
public sealed record HostSettings(int Port, string Data, Role Role, IReadOnlyList<IModule> Modules)
{
    /// <summary>What the command line accepts.</summary>
    public static string Usage => $"""
        Kilo.Host [--port 8080] [--data ./data] [--role all|rest|aggregator|bff[,…]] [--modules documents,users,reporting,web]
        Each option is also a setting: Kilo__Port, Kilo__Data, Kilo__Role, Kilo__Modules.
        {Command.Usages}
        """;

    private static readonly string[] Options = ["port", "data", "role", "modules"];

    /// <summary>Reads options like <c>--port 8080</c> and <c>--port=8080</c> into settings.</summary>
    /// <exception cref="StartRefusedException">An option is unknown or has no value.</exception>
    public static IReadOnlyDictionary<string, string?> ReadCommandLine(string[] args)
    {
        var settings = new Dictionary<string, string?>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], i + 1 < args.Length ? args[++i] : null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Options.Contains(name[2..]) || string.IsNullOrEmpty(value))
            {
                throw new StartRefusedException($"'{name}' is no option, or its value is missing.{Environment.NewLine}{Usage}");
            }
            settings[$"Kilo:{name[2..]}"] = value;
        }
        return settings;
    }

    /// <summary>
    /// Connection strings that are in files: <c>ConnectionStrings__Postgres__File</c> names one that holds what <c>ConnectionStrings__Postgres</c> would, as
    /// orchestrators hand secrets over.
    /// </summary>
    /// <exception cref="StartRefusedException">A file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string?> ReadSecretFiles(IConfiguration configuration)
    {
        var strings = new Dictionary<string, string?>();
        foreach (var section in configuration.GetSection("ConnectionStrings").GetChildren())
        {
            if (section["File"] is { Length: > 0 } file)
            {
                try
                {
                    strings[section.Path] = File.ReadAllText(file).Trim();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new StartRefusedException($"ConnectionStrings__{section.Key}__File names {file}, which cannot be read: {e.Message}");
                }
            }
        }
        return strings;
    }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="StartRefusedException">A value is not valid; the message lists those that are.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var kilo = configuration.GetSection("Kilo");
        if (!int.TryParse(kilo["port"] ?? "8080", NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            throw new StartRefusedException($"'{kilo["port"]}' is no port: 0 to 65535.");
        }
        var role = Role.None;
        foreach (var name in Names(kilo["role"] ?? "all"))
        {
            role |= Enum.GetValues<Role>().FirstOrDefault(r => r != Role.None && r.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)) is var known and not Role.None
                ? known
                : throw new StartRefusedException($"There is no role '{name}'. Roles: all, rest, aggregator, bff.");
        }
        var modules = kilo["modules"] is { } asked
            ? [.. Names(asked).Select(name => Kilo.Host.Modules.All.FirstOrDefault(m => m.Name == name)
                ?? throw new StartRefusedException($"There is no module '{name}'. Modules: {string.Join(", ", Kilo.Host.Modules.All.Select(m => m.Name))}."))]
            : Kilo.Host.Modules.All;
        if (modules.All(m => (m.Roles & role) == Role.None))
        {
            throw new StartRefusedException(
                $"None of the modules {string.Join(", ", modules.Select(m => m.Name))} has anything to do in the role {role.ToString().ToLowerInvariant()}.");
        }
        return new HostSettings(port, Path.GetFullPath(kilo["data"] ?? "data"), role, [.. modules.Where(m => (m.Roles & role) != Role.None)]);
    }

    private static string[] Names(string list) => list.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
