using System.Reflection;
using Kilo.BuildingBlocks.Http;
using Kilo.Web.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Web.Portal;

/// <summary>What the home page says to everybody.</summary>
/// <param name="Users">Served users; null when that cannot be said right now.</param>
/// <param name="Documents">Served documents; null when that cannot be said right now.</param>
/// <param name="Version">Of the program.</param>
internal sealed record PortalResponse(long? Users, long? Documents, string Version);

internal static class GetPortalEndpoint
{
    private sealed record Counted(long Count);

    private static readonly string Version = typeof(GetPortalEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void MapGetPortal(this IEndpointRouteBuilder routes) => routes
        .MapGet("/portal", async (HttpContext http, RestClient rest, CancellationToken cancel) =>
        {
            var (users, documents) = (CountAsync("users"), CountAsync("documents"));
            return TypedResults.Ok(new PortalResponse(await users, await documents, Version));

            async Task<long?> CountAsync(string module)
            {
                try
                {
                    return (await rest.SendAsync<Counted>(http, module, HttpMethod.Get, $"/api/{module}/count", null, cancel)).Count;
                }
                catch (Problem)
                {
                    return null;
                }
            }
        })
        .AllowAnonymous().WithName("GetPortal").WithSummary("How many users and documents are served. Needs no sign-in.");
}
