using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kilo.Engines.Tests.Content;

/// <summary>A place of its own on a real server that keeps contents as objects.</summary>
public abstract class ObjectStorage : Storage<IContentStore>
{
    public override bool SurvivesReopening => true;

    /// <summary>From so many bytes on a content is in pieces.</summary>
    public abstract int Largest { get; }

    /// <summary>The server: <c>host:port</c>.</summary>
    public abstract string Server { get; }

    /// <summary>Another process, that reaches the server by the given address.</summary>
    public abstract ServiceProvider OpenProcess(string? server = null);

    /// <summary>All keys.</summary>
    public abstract Task<List<string>> KeysAsync();

    public override IContentStore Open() => OpenProcess().GetRequiredService<IContentStore>();

    public override IReadOnlyList<string> LeftOvers => Task.Run(async () =>
    {
        var keys = await KeysAsync();
        var shaded = keys.Where(k => k.StartsWith("content/", StringComparison.Ordinal)).GroupBy(k => k.Split('.')[0]).SelectMany(g => g.Skip(1));
        return shaded.Concat(keys.Where(k => k.StartsWith("blobs/", StringComparison.Ordinal))).ToList();
    }).GetAwaiter().GetResult();

    /// <summary>What it waits for, asked the way the host does.</summary>
    public static async Task<Func<string?>> ReadinessOf(ServiceProvider process)
    {
        foreach (var work in process.GetServices<IHostedService>())
        {
            await work.StartAsync(default);
        }
        var check = process.GetRequiredService<IReadinessCheck>();
        return () => check.NotReadyBecause;
    }
}
