using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host.Commands;

/// <summary>What follows a command's name.</summary>
/// <param name="Arguments">What is no option, in its order.</param>
/// <param name="Options">Options by their names, without dashes; one that has no value has an empty one.</param>
internal sealed record CommandLine(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Reads options like <c>--rate 1MB</c>, <c>--rate=1MB</c> and <c>--json</c>, and arguments.</summary>
    /// <exception cref="StartRefusedException">An option is unknown or has no value, or an argument is missing or one too many.</exception>
    public static CommandLine Parse(Command command, string[] args)
    {
        var (arguments, options) = (new List<string>(), new Dictionary<string, string>());
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                arguments.Add(args[i]);
                continue;
            }
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            var option = command.Options.FirstOrDefault(o => name == $"--{o.Name}");
            if (option is { Value: not null })
            {
                value ??= i + 1 < args.Length ? args[++i] : null;
            }
            if (option is null || option.Value is null != value is null || value is "")
            {
                throw Refused(command, $"'{name}' is no option of {command.Name}, or its value is missing.");
            }
            options[option.Name] = value ?? "";
        }
        return arguments.Count == command.Arguments.Count && !arguments.Contains("")
            ? new CommandLine(arguments, options)
            : throw Refused(command, $"{command.Name} takes {(command.Arguments.Count == 0 ? "options only" : string.Join(' ', command.Arguments))}.");
    }

    /// <summary>The option's value; null when it is not there.</summary>
    public string? this[string option] => Options.GetValueOrDefault(option);

    /// <summary>True when the option is there.</summary>
    public bool Has(string option) => Options.ContainsKey(option);

    private static StartRefusedException Refused(Command command, string why) => new($"{why}{Environment.NewLine}{command.Usage}");
}
