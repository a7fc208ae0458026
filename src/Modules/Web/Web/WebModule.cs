using Kilo.BuildingBlocks.Modules;
using Kilo.Web.Operations;
using Kilo.Web.Portal;
using Kilo.Web.Sessions;
using Kilo.Web.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Web;

/// <summary>The portal: its pages, sessions of browsers, and the way to the REST APIs. A client of the other modules over HTTP, nothing more.</summary>
public sealed class WebModule : IModule
{
    /// <inheritdoc />
    public string Name => "web";

    /// <inheritdoc />
    public Role Roles => Role.Bff;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Kilo:Web").Get<WebOptions>() ?? new WebOptions())
        .AddSingleton<RestAddresses>()
        .AddSingleton<RestClient>()
        .AddSingleton<Forwarder>()
        .AddSessions();

    /// <inheritdoc />
    public void UseBff(IApplicationBuilder app)
    {
        // Asked for now: without them nothing starts, and nothing should have been opened then.
        app.ApplicationServices.GetRequiredService<RestAddresses>();
        app.UsePortalFiles();
        app.UseSessions();
    }

    /// <inheritdoc />
    public void MapBff(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("Portal");
        api.MapSession();
        api.MapGetPortal();
        api.MapGetOperations();
        routes.MapForwarding();
    }
}
