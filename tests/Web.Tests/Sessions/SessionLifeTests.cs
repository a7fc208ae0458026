using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Kilo.BuildingBlocks.Http;
using Kilo.Testing;
using Kilo.Testing.Http;
using Kilo.Web.Tests.Kit;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Web.Tests.Sessions;

public sealed class SessionLifeInOneProcessTests() : SessionLifeTests(Topology.OneProcess);

public sealed class SessionLifeBehindBffTests() : SessionLifeTests(Topology.BffInFront);

/// <summary>A portal per test: clocks that move, processes that end, failures that are counted for a whole address.</summary>
public abstract class SessionLifeTests(Topology topology)
{
    [Fact]
    public async Task A_session_ends_with_its_sign_in()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var site = await Site.StartAsync(topology, new Dictionary<string, string?> { ["Kilo:Users:SignInLifetime"] = "01:00:00" }, With(time));
        var (_, email) = await site.PersonAsync();
        var started = (await site.Anonymous.TrySessionAsync(email)).ShouldBe(HttpStatusCode.OK);
        (string, string) cookie = ("Cookie", started.SetCookie());

        time.Advance(TimeSpan.FromMinutes(59));
        // Being used does not make it longer.
        await site.Anonymous.ShouldBeSignedInAsync(cookie);
        time.Advance(TimeSpan.FromMinutes(1));

        await site.Anonymous.ShouldBeSignedOutAsync(started, cookie);
        (await site.Anonymous.TrySessionAsync(email, Site.Password, cookie)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        await using var site = await Site.StartAsync(topology);
        using var ada = await site.BrowserAsync();
        var id = await ada.AddedAsync("before".Bytes());
        await site.Front.StopAsync();

        await using var again = topology == Topology.OneProcess
            ? await KiloServer.StartAsync(over: site.Rest)
            : await Site.FrontAsync(site.Rest);

        using var later = again.Anonymous.Browser(ada.UserId, ada.Cookies);
        await later.ShouldBeSignedInAsync();
        (await later.DownloadAsync(id)).ShouldBe("before".Bytes());
        await later.AddedAsync("after".Bytes());
        (await later.DeleteAsync("/api/session")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_session_of_one_process_is_good_at_another_one_over_the_same_cache()
    {
        await using var site = await Site.StartAsync(topology);
        await using var other = await Site.FrontAsync(site.Rest);
        using var ada = await site.BrowserAsync();
        using var atOther = other.Anonymous.Browser(ada.UserId, ada.Cookies);

        await atOther.ShouldBeSignedInAsync();
        await atOther.AddedAsync("there".Bytes());
        var kept = ada.Cookie;

        var ended = (await atOther.DeleteAsync("/api/session")).ShouldBe(HttpStatusCode.NoContent);

        await site.Anonymous.ShouldBeSignedOutAsync(ended, ("Cookie", kept));
    }

    [Fact]
    public async Task Guessing_is_throttled_by_the_address_of_the_browser()
    {
        await using var site = await Site.StartAsync(topology);
        var (_, email) = await site.PersonAsync();
        (string, string) guesser = ("X-Forwarded-For", "203.0.113.7");
        for (var i = 0; i < 10; i++)
        {
            (await site.Anonymous.TrySessionAsync(email, $"wrong {i}", guesser)).ShouldBeProblem(401, "sign-in-failed");
        }

        var refused = (await site.Anonymous.TrySessionAsync(email, Site.Password, guesser)).ShouldBeProblem(429, "too-many-attempts", "10");

        int.Parse(refused.Header("Retry-After"), CultureInfo.InvariantCulture).ShouldBeInRange(1, 900);
        refused.Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        // What a browser claims to be forwarded for is not what the proxy in front says of it: that stands last.
        (await site.Anonymous.TrySessionAsync(email, Site.Password, ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"))).ShouldBeProblem(429, "too-many-attempts");
        // The same sign-in without a browser counts together with it.
        (await site.Anonymous.PostAsync("/api/login", new { email, password = Site.Password }, guesser)).ShouldBeProblem(429, "too-many-attempts");
        // Everybody else gets in.
        (await site.Anonymous.TrySessionAsync(email, Site.Password, ("X-Forwarded-For", "203.0.113.8"))).ShouldBe(HttpStatusCode.OK);
        (await site.Anonymous.TrySessionAsync(email, Site.Password, ("X-Forwarded-For", "2001:db8::7"))).ShouldBe(HttpStatusCode.OK);
        (await site.Anonymous.TrySessionAsync(email)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guessing_at_tokens_is_throttled_by_the_address_of_the_browser()
    {
        await using var site = await Site.StartAsync(topology);
        (string, string) guess = ("Authorization", "Bearer guess");
        for (var i = 0; i < 100; i++)
        {
            (await site.Anonymous.GetAsync("/api/documents", guess, ("X-Forwarded-For", "203.0.113.7"))).ShouldBeProblem(401, "token-refused");
        }

        (await site.Anonymous.GetAsync("/api/documents", guess, ("X-Forwarded-For", "203.0.113.7"))).ShouldBeProblem(429, "too-many-attempts").Header("Retry-After").ShouldNotBeEmpty();
        (await site.Anonymous.GetAsync("/api/documents", guess, ("X-Forwarded-For", "203.0.113.8"))).ShouldBeProblem(401, "token-refused");
    }

    [Fact]
    public async Task While_sessions_cannot_be_read_nobody_is_signed_out()
    {
        var cache = new CacheThatIsAway();
        await using var site = await Site.StartAsync(topology, configure: services => services.RemoveAll<IDistributedCache>().AddSingleton<IDistributedCache>(cache));
        using var ada = await site.BrowserAsync();

        cache.IsAway = true;
        var answer = (await ada.GetAsync("/api/documents")).ShouldBeProblem(503, "sessions-unavailable", "stay signed in");
        answer.Header("Retry-After").ShouldNotBeEmpty();
        (await ada.GetAsync("/api/session")).ShouldBeProblem(503, "sessions-unavailable").Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        // Who brings a token needs no session.
        (await site.Anonymous.WithToken(site.Admin.Token!, site.Admin.UserId).GetAsync("/api/documents")).ShouldBe(HttpStatusCode.OK);
        cache.IsAway = false;

        await ada.ShouldBeSignedInAsync();
    }

    [Fact]
    public async Task While_the_keys_of_sessions_cannot_be_read_nobody_is_signed_out()
    {
        var keys = new KeysThatAreAway();
        await using var site = await Site.StartAsync(topology, configure: keys.Instead);
        using var ada = await site.BrowserAsync();

        // A process that has not read them yet.
        keys.IsAway = true;
        await using var other = await Site.FrontAsync(site.Rest, configure: keys.Instead);
        using var atOther = other.Anonymous.Browser(ada.UserId, ada.Cookies);
        foreach (var path in new[] { "/api/documents", "/api/session" })
        {
            (await atOther.GetAsync(path)).ShouldBeProblem(503, "sessions-unavailable", "stay signed in").Headers.ContainsKey("Set-Cookie").ShouldBeFalse();
        }
        (await other.Anonymous.TrySessionAsync((await site.PersonAsync()).Email)).ShouldBeProblem(503, "sessions-unavailable");
        // Who has no session does not need them.
        (await other.Anonymous.GetAsync("/api/session")).ShouldBe(HttpStatusCode.Unauthorized);
        keys.IsAway = false;

        await atOther.ShouldBeSignedInAsync();
        // And a cookie that is none is still none.
        (await other.Anonymous.GetAsync("/api/session", ("Cookie", "kilo-session=forged"))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Action<IServiceCollection> With(ManualTime time) => services => services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider>(time);

    private sealed class KeysThatAreAway : IXmlRepository
    {
        private readonly List<XElement> _elements = [];

        public bool IsAway { get; set; }

        public void Instead(IServiceCollection services) => services.Configure<KeyManagementOptions>(options => options.XmlRepository = this);

        public IReadOnlyCollection<XElement> GetAllElements() => IsAway ? throw new SessionsUnavailableException("Away.", new IOException()) : [.. _elements];

        public void StoreElement(XElement element, string friendlyName) => _elements.Add(element);
    }

    private sealed class CacheThatIsAway : IDistributedCache
    {
        private readonly MemoryDistributedCache _inner = new(Microsoft.Extensions.Options.Options.Create(new MemoryDistributedCacheOptions()));

        public bool IsAway { get; set; }

        private MemoryDistributedCache Inner => IsAway ? throw new IOException("No cache.") : _inner;

        public byte[]? Get(string key) => Inner.Get(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Inner.GetAsync(key, token);

        public void Refresh(string key) => Inner.Refresh(key);

        public Task RefreshAsync(string key, CancellationToken token = default) => Inner.RefreshAsync(key, token);

        public void Remove(string key) => Inner.Remove(key);

        public Task RemoveAsync(string key, CancellationToken token = default) => Inner.RemoveAsync(key, token);

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Inner.Set(key, value, options);

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => Inner.SetAsync(key, value, options, token);
    }
}
