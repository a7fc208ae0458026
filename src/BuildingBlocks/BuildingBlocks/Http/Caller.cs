using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Builder;

namespace Kilo.BuildingBlocks.Http;

/// <summary>Who is asking. Bound from the authenticated request.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
public sealed record Caller(Guid UserId, string Role) : IEndpointParameterMetadataProvider
{
    /// <summary>True for administrators.</summary>
    public bool IsAdmin => Role == Roles.Admin;

    /// <summary>Binds from the request's principal.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        var user = context.User;
        return ValueTask.FromResult<Caller?>(Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? new Caller(id, user.FindFirstValue(ClaimTypes.Role) ?? Roles.Member)
            : throw new Problem(401, "sign-in-needed", "Sign in, or send a token as 'Authorization: Bearer …'."));
    }

    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        // Bound from the principal: nothing of it is part of the request's description.
    }
}

/// <summary>What a user may do.</summary>
public static class Roles
{
    /// <summary>Adds people, sees engines and reports.</summary>
    public const string Admin = "admin";

    /// <summary>Uses the portal.</summary>
    public const string Member = "member";
}
