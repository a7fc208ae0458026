using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.BuildingBlocks.Http;

/// <summary>Marks a route with the module that serves it.</summary>
/// <param name="Module">The module's name.</param>
public sealed record ModuleRoute(string Module);

/// <summary>What every route of a module has: the position protocol and the mark of its module.</summary>
public static class ModuleRoutes
{
    /// <summary>
    /// A group whose reads honour <c>Kilo-Wait-For</c> and whose answers carry <c>Kilo-Position</c>.
    /// </summary>
    public static RouteGroupBuilder MapModule(this IEndpointRouteBuilder routes, string module, string prefix)
    {
        var views = routes.ServiceProvider.GetRequiredKeyedService<ModuleViews>(module);
        return routes.MapGroup(prefix).WithMetadata(new ModuleRoute(module)).AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            foreach (var position in Positions.WaitFor(http.Request))
            {
                if (!await views.WaitForAsync(position, http.RequestAborted))
                {
                    throw Problem.ViewBehind(module);
                }
            }
            if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            {
                // Taken before the query runs: what it reads is at least this new.
                Positions.Answer(http.Response, await views.PositionAsync(http.RequestAborted));
                return await next(context);
            }
            // A write knows its own position, unless there was nothing to write.
            var result = await next(context);
            if (http.Response is { HasStarted: false } response && !response.Headers.ContainsKey(Positions.PositionHeader))
            {
                Positions.Answer(response, await views.PositionAsync(http.RequestAborted));
            }
            return result;
        });
    }
}

/// <summary>The headers of the position protocol.</summary>
public static class Positions
{
    /// <summary>On answers: one or more positions, separated by commas.</summary>
    public const string PositionHeader = "Kilo-Position";

    /// <summary>On requests: the answer must contain at least this.</summary>
    public const string WaitForHeader = "Kilo-Wait-For";

    /// <summary>Sets <c>Kilo-Position</c>.</summary>
    public static void Answer(HttpResponse response, params IReadOnlyList<LogPosition> positions)
    {
        if (positions.Count > 0)
        {
            response.Headers[PositionHeader] = positions.Count == 1 ? positions[0].ToString() : string.Join(',', positions);
        }
    }

    internal static List<LogPosition> WaitFor(HttpRequest request)
    {
        var positions = new List<LogPosition>();
        if (request.Headers.TryGetValue(WaitForHeader, out var header))
        {
            foreach (var text in header.ToString().Split(',', StringSplitOptions.TrimEntries))
            {
                positions.Add(LogPosition.TryParse(text, out var position) && positions.Count < 100
                    ? position
                    : throw new Problem(400, "invalid-position", $"{WaitForHeader} must be what an earlier answer said in {PositionHeader}."));
            }
        }
        return positions;
    }
}
