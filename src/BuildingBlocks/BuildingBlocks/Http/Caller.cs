using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Kilo.BuildingBlocks.Http;

/// <summary>Who is asking. Bound from the authenticated request.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
public sealed record Caller(Guid UserId, string Role)
{
    /// <summary>True for administrators.</summary>
    public bool IsAdmin => Role == Roles.Admin;

    /// <summary>The caller, or null when the request is anonymous.</summary>
    public static Caller? Of(HttpContext context) => Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
        ? new Caller(id, context.User.FindFirstValue(ClaimTypes.Role) ?? Roles.Member)
        : null;

    /// <summary>Binds from the request's principal.</summary>
    /// <exception cref="Problem">401: nobody is signed in.</exception>
    public static ValueTask<Caller?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<Caller?>(Of(context) ?? throw Problem.SignInNeeded());
}

/// <summary>What a user may do.</summary>
public static class Roles
{
    /// <summary>Adds people, sees engines and reports.</summary>
    public const string Admin = "admin";

    /// <summary>Uses the portal.</summary>
    public const string Member = "member";
}
