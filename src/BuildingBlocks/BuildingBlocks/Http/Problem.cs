namespace Kilo.BuildingBlocks.Http;

/// <summary>
/// A request that cannot be served, as RFC 9457 problem details: a stable type and a sentence that a person can act on.
/// Thrown where it is found, written by the host.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The stable end of the type: <c>urn:kilo:problem:{code}</c>.</param>
/// <param name="detail">The sentence. It names the limit that was passed.</param>
public sealed class Problem(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The stable end of the type.</summary>
    public string Code => code;

    /// <summary>Seconds after which the same request may succeed, for <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>404. Also for what exists but is not the caller's to see.</summary>
    public static Problem NotFound(string what) => new(404, "not-found", $"There is no such {what}, or you may not see it.");

    /// <summary>401.</summary>
    public static Problem SignInNeeded() => new(401, "sign-in-needed", "Sign in, or send a token as 'Authorization: Bearer …'.");

    /// <summary>503: what was asked for is on the log, and the module's view has not come that far within the wait.</summary>
    public static Problem ViewBehind(string module) => new(503, "view-behind", $"The view of {module} has not come that far yet. Try again.") { RetryAfter = 1 };

    /// <summary>403.</summary>
    public static Problem Forbidden(string detail) => new(403, "forbidden", detail);
}
