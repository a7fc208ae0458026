using Kilo.BuildingBlocks.Events;
using Microsoft.AspNetCore.Http;

namespace Kilo.BuildingBlocks.Http;

/// <summary>Headers that commands understand.</summary>
public static class RequestHeaders
{
    /// <summary>
    /// The id of the event that the request will cause: derived from <c>Idempotency-Key</c>, the caller and the route,
    /// so that a retry is the same fact; or a new one.
    /// </summary>
    /// <exception cref="Problem">400: the key is longer than 200 characters or has characters outside printable ASCII.</exception>
    public static Guid EventId(this HttpRequest request, Guid caller, Ids ids)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
        {
            return ids.New();
        }
        if (key.Length > 200 || key.Any(c => c is < ' ' or > '~'))
        {
            throw new Problem(400, "invalid-idempotency-key", "Idempotency-Key may have 1 to 200 printable ASCII characters.");
        }
        return Ids.From(caller.ToString(), request.Method, request.Path.Value ?? "", key);
    }

    /// <summary>True when the caller does not want to wait for the view (RFC 7240).</summary>
    public static bool PrefersAsync(this HttpRequest request) =>
        request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase);

    /// <summary>The entity tags of <c>If-Match</c>, unquoted; null when the header is absent or <c>*</c>.</summary>
    public static IReadOnlyList<string>? IfMatch(this HttpRequest request)
    {
        var header = request.Headers.IfMatch.ToString();
        return header.Length == 0 || header == "*" ? null : [.. header.Split(',', StringSplitOptions.TrimEntries).Select(t => t.Trim('"'))];
    }
}
