using System.Net;
using System.Text.Json.Nodes;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Web.Tests.Kit;

/// <summary>How the workloads lie on processes. A browser cannot tell.</summary>
public enum Topology
{
    /// <summary>One process does everything.</summary>
    OneProcess,

    /// <summary>A process in role <c>bff</c>; behind it one that serves the APIs and folds.</summary>
    BffInFront,
}

/// <summary>A portal as browsers see it, and what is behind it.</summary>
public sealed class Site : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly PortalFolder _folder;

    private Site(KiloServer front, KiloServer rest, PortalFolder folder) => (Front, Rest, _folder) = (front, rest, folder);

    /// <summary>What browsers talk to.</summary>
    public KiloServer Front { get; }

    /// <summary>What serves the APIs: the same server, or the one behind.</summary>
    public KiloServer Rest { get; }

    public KiloClient Anonymous => Front.Anonymous;

    public KiloClient Admin => Rest.Admin;

    /// <summary>Starts it.</summary>
    /// <param name="topology">As one process or as two.</param>
    /// <param name="settings">Of every process.</param>
    /// <param name="configure">Of every process.</param>
    public static async Task<Site> StartAsync(
        Topology topology, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var folder = new PortalFolder();
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>()) { ["Kilo:Web:Root"] = folder.Path };
        var rest = await KiloServer.StartAsync(all, configure, topology == Topology.OneProcess ? "all" : "rest,aggregator");
        return new Site(topology == Topology.OneProcess ? rest : await FrontAsync(rest, all, configure), rest, folder);
    }

    /// <summary>A <c>bff</c> in front of a server, over the same engines.</summary>
    public static Task<KiloServer> FrontAsync(
        KiloServer rest, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null) =>
        KiloServer.StartAsync(At(rest.Port, rest.Port, settings), configure, "bff", over: rest);

    /// <summary>The settings of a <c>bff</c> whose APIs are at these ports.</summary>
    public static Dictionary<string, string?> At(int documents, int users, IReadOnlyDictionary<string, string?>? settings = null) =>
        new(settings ?? new Dictionary<string, string?>())
        {
            ["Kilo:Upstreams:Documents"] = $"http://127.0.0.1:{documents}",
            ["Kilo:Upstreams:Users"] = $"http://127.0.0.1:{users}",
            ["Kilo:Upstreams:Reporting"] = $"http://127.0.0.1:{documents}",
        };

    /// <summary>Somebody new, with the address to sign in.</summary>
    public async Task<(Guid Id, string Email)> PersonAsync(string name = "Ada", string role = "member")
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var added = (await Admin.PostAsync("/api/users", new { email, password = Password, displayName = name, role })).ShouldBe(HttpStatusCode.Created);
        return (added.Json["id"]!.GetValue<Guid>(), email);
    }

    /// <summary>Somebody new, signed in with a browser.</summary>
    public async Task<KiloClient> BrowserAsync(string name = "Ada", string role = "member") =>
        await Anonymous.BrowseAsync((await PersonAsync(name, role)).Email, Password);

    /// <summary>The same person with a token.</summary>
    public Task<KiloClient> ScriptAsync(string email) => Anonymous.SignInAsync(email, Password);

    public async ValueTask DisposeAsync()
    {
        if (Front != Rest)
        {
            await Front.DisposeAsync();
        }
        await Rest.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A portal for a test class. Its tests share it, and each has people of its own.</summary>
public abstract class SharedSite(Topology topology) : IAsyncLifetime
{
    public Topology Topology => topology;

    public Site Site { get; private set; } = null!;

    /// <summary>The largest file.</summary>
    public const int MaxFileBytes = 4_000_000;

    public async Task InitializeAsync() => Site = await Site.StartAsync(topology, new Dictionary<string, string?>
    {
        ["Kilo:Documents:MaxFileBytes"] = MaxFileBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    public Task DisposeAsync() => Site.DisposeAsync().AsTask();
}

public sealed class OneProcess() : SharedSite(Topology.OneProcess);

public sealed class BffInFront() : SharedSite(Topology.BffInFront);

internal static class Words
{
    public static byte[] Bytes(this string text) => System.Text.Encoding.UTF8.GetBytes(text);

    public static string Text(this JsonNode node, string property) => node[property]!.GetValue<string>();

    public static Guid Id(this Answer answer) => answer.Json["id"]!.GetValue<Guid>();

    /// <summary>Signs in as a browser does, and returns the answer.</summary>
    public static Task<Answer> TrySessionAsync(this KiloClient client, string email, string password = Site.Password, params (string Name, string Value)[] headers) =>
        client.PostAsync("/api/session", new { email, password }, [("Kilo-CSRF", "1"), .. headers]);

    /// <summary>The cookie that an answer sets, as a request sends it.</summary>
    public static string SetCookie(this Answer answer) => answer.Header("Set-Cookie").Split(';')[0];

    /// <summary>Judges that somebody is signed in everywhere.</summary>
    public static async Task ShouldBeSignedInAsync(this KiloClient client, params (string Name, string Value)[] headers)
    {
        foreach (var path in new[] { "/api/session", "/api/users/me", "/api/documents" })
        {
            (await client.GetAsync(path, headers)).ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>Judges that nobody is signed in anywhere, once every module has heard of it.</summary>
    public static async Task ShouldBeSignedOutAsync(this KiloClient client, Answer since, params (string Name, string Value)[] headers)
    {
        if (since.Header("Kilo-Position") is { Length: > 0 } position)
        {
            // Each module decides by its own copy, which must have come that far.
            (await client.GetAsync("/api/documents/count", ("Kilo-Wait-For", position))).ShouldBe(HttpStatusCode.OK);
        }
        foreach (var path in new[] { "/api/session", "/api/users/me", "/api/documents", "/api/tokens", "/api/operations" })
        {
            (await client.GetAsync(path, headers)).ShouldBe(HttpStatusCode.Unauthorized);
        }
    }
}
