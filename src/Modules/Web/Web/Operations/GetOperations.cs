using System.Net.Http.Headers;
using System.Text.Json;
using Kilo.BuildingBlocks.Http;
using Kilo.Web.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Web.Operations;

/// <summary>How the modules are.</summary>
internal sealed record OperationsResponse(IReadOnlyList<ModuleOperations> Modules);

/// <summary>How one module is.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Problem">Why nothing can be said of it; null when all is well.</param>
/// <param name="Report">What <c>GET /api/operations/{module}</c> of its REST API says.</param>
internal sealed record ModuleOperations(string Module, string? Problem, JsonElement? Report);

internal static class GetOperationsEndpoint
{
    public static void MapGetOperations(this IEndpointRouteBuilder routes) => routes
        .MapGet("/operations", async (HttpContext http, RestAddresses addresses, RestClient rest, CancellationToken cancel) =>
        {
            // Each module decides whether the caller may see it: only "you may not" is this call's own answer.
            var token = AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var sent) && sent.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                ? sent.Parameter : throw BuildingBlocks.Http.Problem.SignInNeeded();
            var modules = await Task.WhenAll(addresses.Modules.Select(async module =>
            {
                try
                {
                    return new ModuleOperations(module, null,
                        await rest.SendAsync<JsonElement>(http, module, HttpMethod.Get, $"/api/operations/{module}", token, cancel));
                }
                catch (Problem problem) when (problem.Status >= 500)
                {
                    return new ModuleOperations(module, problem.Message, null);
                }
            }));
            return TypedResults.Ok(new OperationsResponse(modules));
        })
        .AllowAnonymous().Produces<OperationsResponse>().ProducesProblem(401).ProducesProblem(403)
        .WithName("GetOperations").WithSummary("How every module is: its engines, how far its views are, what is parked. For administrators.");
}
