using Kilo.BuildingBlocks.Modules;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Kilo.Web.Upstreams;

/// <summary>
/// Where the REST API of each module is: in this process, or at <c>Kilo__Upstreams__{Module}</c>.
/// </summary>
internal sealed class RestAddresses
{
    /// <summary>The paths below <c>/api</c> that a module serves.</summary>
    public static IReadOnlyList<(string Module, string[] Paths)> Known { get; } =
    [
        ("documents", ["documents", "folders", "uploads", "archives", "activity", "live"]),
        ("users", ["users", "tokens", "login"]),
        ("reporting", ["reports"]),
    ];

    // The portal is one without it.
    private const string Optional = "reporting";

    private readonly Dictionary<string, Uri> _remote = [];
    private readonly Workload _workload;
    private readonly Lazy<Uri> _self;

    public RestAddresses(IConfiguration configuration, Workload workload, IServer server)
    {
        _workload = workload;
        _self = new(() => new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)));
        foreach (var (module, _) in Known)
        {
            var setting = configuration[$"Kilo:Upstreams:{module}"];
            if (workload.Serves(module) || (module == Optional && string.IsNullOrEmpty(setting)))
            {
                continue;
            }
            _remote[module] = Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
                : throw new StartRefusedException($"The portal needs the address of the {module} REST API: set Kilo__Upstreams__{char.ToUpperInvariant(module[0])}{module[1..]} to http://host:port.");
        }
    }

    /// <summary>True when this process serves the module itself.</summary>
    public bool IsHere(string module) => _workload.Serves(module);

    /// <summary>The modules whose REST API is somewhere.</summary>
    public IEnumerable<string> Modules => Known.Select(k => k.Module).Where(m => IsHere(m) || _remote.ContainsKey(m));

    /// <summary>The address without a path.</summary>
    /// <exception cref="BuildingBlocks.Http.Problem">503: nobody named it.</exception>
    public Uri Of(string module) => IsHere(module) ? _self.Value : _remote.TryGetValue(module, out var address) ? address : throw RestClient.Unavailable(module);
}
