using System.Diagnostics;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Embedded;
using Kilo.Host.Transfer;

namespace Kilo.Host.Commands;

/// <summary>The log and the contents that a command works with.</summary>
internal sealed class OpenedEngines : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly IAsyncDisposable _owner;
    private readonly DataLock? _lock;

    private OpenedEngines(IServiceProvider services, IAsyncDisposable owner, DataLock? @lock)
    {
        (Services, _owner, _lock) = (services, owner, @lock);
        Log = services.GetRequiredService<IEventLog>();
        Contents = services.GetRequiredService<IContentStore>();
    }

    /// <summary>All that the process has; nothing of it runs.</summary>
    public IServiceProvider Services { get; }

    /// <summary>
    /// The topics of all modules, each after those whose facts rely on it: people come after what they did, passwords after people.
    /// </summary>
    public static IReadOnlyList<Topic> Topics { get; } = [.. Modules.All.SelectMany(m => m.Folds).DistinctBy(t => t.Name)];

    public IEventLog Log { get; }

    public IContentStore Contents { get; }

    public ISource Source => new EngineSource(Log, Contents);

    /// <summary>Those that the settings name, to read beside whoever serves from them.</summary>
    public static Task<OpenedEngines> ReadAsync(CommandLine line, CancellationToken cancel) => OpenAsync(line, (data, embedded) =>
    {
        MustBeThere(data, embedded.Select(e => e.Where));
        return DataLock.Share(data);
    }, cancel, check: EngineSelection.MustNotHideContents);

    /// <summary>The log and the views that the settings name, beside whoever serves and folds them.</summary>
    public static Task<OpenedEngines> ViewsAsync(CommandLine line, CancellationToken cancel) => OpenAsync(line, (data, embedded) =>
    {
        MustBeThere(data, embedded.Select(e => e.Where));
        return DataLock.Share(data);
    }, cancel, views: true);

    /// <summary>Those that the settings name, to fill. What is embedded of them is had to itself.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="source">A data directory that is had to itself already; its log cannot be filled from itself.</param>
    /// <param name="cancel">Ends it.</param>
    public static Task<OpenedEngines> FillAsync(CommandLine line, string? source, CancellationToken cancel) => OpenAsync(line, (data, _) =>
    {
        KiloHost.CreateDataDirectory(data);
        return data == source ? null : DataLock.Take(data);
    }, cancel, source);

    /// <summary>The embedded ones of a data directory that nobody uses meanwhile.</summary>
    /// <exception cref="StartRefusedException">There are none, or somebody uses them.</exception>
    public static OpenedEngines Take(string data)
    {
        MustBeThere(data, [Path.Combine(data, "log"), Path.Combine(data, "content")]);
        var taken = DataLock.Take(data);
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddEmbeddedLog(data).AddEmbeddedContent(data).BuildServiceProvider();
        return new OpenedEngines(services, services, taken);
    }

    private static async Task<OpenedEngines> OpenAsync(
        CommandLine line, Func<string, IReadOnlyList<ChosenEngine>, DataLock?> use, CancellationToken cancel, string? source = null, bool views = false,
        Action<IConfiguration, string>? check = null)
    {
        var host = KiloHost.BuildServices(line.Options.Where(o => o.Key == Command.Data.Name || o.Key == Command.Modules.Name).ToDictionary(o => $"Kilo:{o.Key}", o => (string?)o.Value));
        var data = host.Services.GetRequiredService<DataDirectory>().Path;
        check?.Invoke(host.Services.GetRequiredService<IConfiguration>(), data);
        var chosen = host.Services.GetRequiredService<IReadOnlyList<ChosenEngine>>()
            // A module with tables for SQL has its views behind a port of its own name.
            .Where(e => e.Port is "log" || (views ? e.Port == "views" || Modules.All.Any(m => m.Name == e.Port) : e.Port == "content")).ToArray();
        Console.Error.WriteLine(EngineSelection.Describe(chosen));
        var embedded = chosen.Where(e => e.Where.StartsWith(data, StringComparison.Ordinal)).ToArray();
        if (data == source && embedded.Any(e => e.Port == "log"))
        {
            throw new StartRefusedException($"The engines to fill are those of {data} itself. Name others by connection strings, or another directory with --data.");
        }
        var engines = new OpenedEngines(host.Services, host, embedded.Length > 0 ? use(data, embedded) : null);
        await AnsweredAsync(engines.Log, cancel);
        return engines;
    }

    // Looking would create them.
    private static void MustBeThere(string data, IEnumerable<string> engines)
    {
        if (!engines.All(Directory.Exists))
        {
            throw new StartRefusedException($"{data} holds no data of Kilo. Name the directory with --data.");
        }
    }

    private static async Task AnsweredAsync(IEventLog log, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                foreach (var topic in Topics)
                {
                    await log.EndAsync(topic, 0, cancel);
                }
                // Last: who asks for it later does not wait.
                _ = log.Epoch;
                return;
            }
            catch (LogUnavailableException) when (Stopwatch.GetElapsedTime(started) < LongestWait)
            {
                await Task.Delay(RetryAfter, cancel);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        _lock?.Dispose();
    }
}
