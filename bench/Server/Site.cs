namespace Kilo.Bench.Server;

/// <summary>What answers at one port: a process with every role, or a <c>bff</c> with each workload behind it as a process of its own.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<ServerProcess> _processes = [];

    /// <summary>Starts it, and returns when all of it is ready.</summary>
    /// <param name="place">Where it keeps everything.</param>
    /// <param name="launch">Starts a process with these arguments and further variables.</param>
    public static async Task<Site> StartAsync(Place place, Func<string[], Dictionary<string, string?>, ServerProcess> launch)
    {
        var site = new Site();
        try
        {
            Dictionary<string, string?> upstreams = [];
            if (place.IsCluster)
            {
                foreach (var module in new[] { "documents", "users" })
                {
                    site._processes.Add(launch(["--role", "aggregator", "--modules", module], []));
                    site._processes.Add(launch(["--role", "rest", "--modules", module], []));
                    upstreams[$"Kilo__Upstreams__{module}"] = $"http://127.0.0.1:{site.Port}";
                }
            }
            site._processes.Add(launch(place.IsCluster ? ["--role", "bff", "--modules", "web"] : [], upstreams));
            await Task.WhenAll(site._processes.Select(p => p.ReadyAsync()));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    public int Port => _processes[^1].Port;

    /// <summary>Cancelled when what listens has ended, or the run is cancelled.</summary>
    public CancellationToken Ended => _processes[^1].Ended;

    /// <summary>Resident memory of all its processes now, in MiB.</summary>
    public double ResidentMiB() => _processes.Sum(p => p.ResidentMiB());

    public async ValueTask DisposeAsync()
    {
        // Whoever asks ends before whoever answers.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }
}
