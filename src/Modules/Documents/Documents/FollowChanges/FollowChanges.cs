using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.People;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Documents.FollowChanges;

/// <summary>Something that happened to a document.</summary>
/// <param name="Action"><c>added</c>, <c>version-added</c>, <c>version-restored</c>, <c>changed</c>, <c>trashed</c>, <c>restored</c>, <c>purged</c>.</param>
/// <param name="Document">To which document.</param>
/// <param name="Library"><c>shared</c>, or the owner's user id.</param>
/// <param name="Folder">Where it is now.</param>
/// <param name="Title">What it is called now; empty once it was purged.</param>
/// <param name="Version">The version that came to be, where that is still known.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When.</param>
/// <param name="Position">Send it as Kilo-Wait-For: the answer contains this change.</param>
internal sealed record ChangeResponse(
    string Action, Guid Document, string Library, string Folder, string Title, int? Version, PersonResponse By, DateTimeOffset At, string Position)
{
    public static async ValueTask<ChangeResponse> OfAsync(Change change, Names names, CancellationToken cancel) => new(
        change.Action, change.DocumentId, change.Library, change.Folder, change.Title, change.Version, await names.OfAsync(change.Actor, cancel), change.At,
        change.Position.ToString());
}

internal static class FollowChangesEndpoint
{
    public static void MapFollowChanges(this IEndpointRouteBuilder routes) => routes
        .MapGet("/live", (Caller caller, HttpRequest request, ChangeFeed feed, DocumentsReader reader, DocumentsOptions options, CancellationToken cancel) =>
        {
            request.HttpContext.Response.Headers.CacheControl = "no-store";
            request.HttpContext.Response.Headers["X-Accel-Buffering"] = "no";
            var place = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id ? id : null;
            return TypedResults.ServerSentEvents(StreamAsync(caller, place, request.HttpContext, feed, reader, options, cancel));
        })
        .WithName("FollowChanges").WithSummary("What happens to the documents that you may see, as server-sent events.")
        .WithDescription(
            "`change` carries a change, `reset` says that too much was missed to tell, `ready` that the stream has begun, `ping` that it goes on. A client that comes back with "
            + "`Last-Event-ID` gets what it missed. The views contain a change when it is told.");

    private static async IAsyncEnumerable<SseItem<ChangeResponse?>> StreamAsync(
        Caller caller, string? place, HttpContext http, ChangeFeed feed, DocumentsReader reader, DocumentsOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var following = await feed.FollowAsync(place, cancel);
        yield return new SseItem<ChangeResponse?>(null, following.Missed is null ? "reset" : "ready") { EventId = place is null || following.Missed is null ? following.Place : place };
        foreach (var change in following.Missed ?? [])
        {
            if (Libraries.MaySee(caller, change.Library))
            {
                yield return await ItemAsync(change);
            }
        }
        using var pings = new PeriodicTimer(options.PingInterval);
        var (coming, ping) = (following.Coming.WaitToReadAsync(cancel).AsTask(), pings.WaitForNextTickAsync(cancel).AsTask());
        while (true)
        {
            await Task.WhenAny(coming, ping);
            if (ping.IsCompleted)
            {
                await ping;
                if (await StillWhoAsync(http, caller, cancel) is false)
                {
                    yield break;
                }
                yield return new SseItem<ChangeResponse?>(null, "ping");
                ping = pings.WaitForNextTickAsync(cancel).AsTask();
            }
            if (coming.IsCompleted)
            {
                if (!await coming)
                {
                    yield break;
                }
                while (following.Coming.TryRead(out var change))
                {
                    if (Libraries.MaySee(caller, change.Library))
                    {
                        yield return await ItemAsync(change);
                    }
                }
                coming = following.Coming.WaitToReadAsync(cancel).AsTask();
            }
        }

        // Names are read anew for each change: a stream lives for hours.
        async ValueTask<SseItem<ChangeResponse?>> ItemAsync(Change change) =>
            new(await ChangeResponse.OfAsync(change, reader.Names(), cancel), "change") { EventId = change.Place };
    }

    private static async ValueTask<bool> StillWhoAsync(HttpContext http, Caller caller, CancellationToken cancel) =>
        http.Request.Headers.Authorization.ToString() is { Length: > 7 } header && AccessToken.Parse(header[7..].Trim()) is { } token
        && await http.RequestServices.GetRequiredKeyedService<IIdentitySource>(DocumentsModule.ModuleName).FindAsync(token, cancel) is { } identity
        && identity.UserId == caller.UserId;
}
