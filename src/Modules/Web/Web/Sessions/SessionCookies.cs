using System.Security.Claims;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kilo.Web.Sessions;

/// <summary>
/// A browser's session: a cookie outside, an API token inside. The REST APIs only ever see the token, in this process or in another one,
/// so whatever ends the token ends the session.
/// </summary>
internal static class SessionCookies
{
    public const string Scheme = "Session";

    /// <summary>
    /// Needed on every unsafe request that a session is used for. A foreign page cannot send it: a header of one's own needs a
    /// CORS preflight, which is never granted.
    /// </summary>
    public const string AntiForgeryHeader = "Kilo-CSRF";

    private const string TokenItem = "token";

    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<ITicketStore, SessionTickets>();
        services.AddDataProtection().SetApplicationName("kilo");
        services.AddAuthentication().AddCookie(Scheme, options =>
        {
            options.Cookie.Name = "kilo-session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.CookieManager = new HostPrefix();
            options.SlidingExpiration = false;
        });
        // It reads the keys while the process starts. The first session is soon enough: a process without one stays smaller.
        services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<ITicketStore, IDataProtectionProvider>((options, tickets, protection) =>
            (options.SessionStore, options.TicketDataFormat) = (tickets, new SessionCookieFormat(protection.CreateProtector("Kilo.Web.Sessions.Cookie"))));
        return services;
    }

    /// <summary>Requests of a session go on with its token. One that brings its own <c>Authorization</c> is left alone.</summary>
    public static void UseSessions(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/api/session")
            && context.Request.Headers.Authorization.Count == 0 && await TokenAsync(context) is { } token)
        {
            RequireAntiForgery(context.Request);
            context.Request.Headers.Authorization = $"Bearer {token}";
        }
        await next(context);
    });

    /// <summary>The token of the request's session; null: there is none.</summary>
    public static async Task<string?> TokenAsync(HttpContext context) =>
        (await context.AuthenticateAsync(Scheme)).Properties?.Items.TryGetValue(TokenItem, out var token) == true ? token : null;

    /// <summary>Starts a session for as long as its token works, under a name that nobody knew before.</summary>
    public static async Task StartAsync(HttpContext context, Guid user, string token, DateTimeOffset expiresAt)
    {
        // A handler that has seen a session's cookie goes on under that name: whoever planted the cookie would share the new session
        // (session fixation). So this is one of its own, which sees none.
        context.Request.Headers.Cookie = default;
        await using var scope = context.RequestServices.CreateAsyncScope();
        var handler = await scope.ServiceProvider.GetRequiredService<IAuthenticationHandlerProvider>().GetHandlerAsync(context, Scheme);
        await ((IAuthenticationSignInHandler)handler!).SignInAsync(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.ToString())], Scheme)),
            new AuthenticationProperties { IsPersistent = true, ExpiresUtc = expiresAt, AllowRefresh = false, Items = { [TokenItem] = token } });
    }

    /// <exception cref="Problem">403.</exception>
    public static void RequireAntiForgery(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)
            && !request.Headers.ContainsKey(AntiForgeryHeader))
        {
            throw new Problem(403, "csrf", $"A request of a signed-in browser needs the header {AntiForgeryHeader}: 1.");
        }
    }

    // Browsers keep a cookie of this name to the one host that set it, and only take it over HTTPS (RFC 6265bis). It only names a session
    // and is short: the framework's cookies in chunks would be one more thing that a request can get wrong.
    private sealed class HostPrefix : ICookieManager
    {
        public string? GetRequestCookie(HttpContext context, string key) => context.Request.Cookies[NameOf(context, key)];

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            context.Response.Cookies.Append(NameOf(context, key), value ?? "", options);

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) => context.Response.Cookies.Delete(NameOf(context, key), options);

        private static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
    }
}
