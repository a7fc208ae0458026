using Kilo.BuildingBlocks.Http;

namespace Kilo.Documents.Rules;

/// <summary>Which libraries there are for a caller: the personal one, which has the user's id, and the shared one.</summary>
internal static class Libraries
{
    public const string Shared = "shared";
    private const string Personal = "personal";

    public static string PersonalOf(Guid user) => user.ToString();

    public static bool MaySee(Caller caller, string library) => library == Shared || library == PersonalOf(caller.UserId);

    /// <summary>The id behind <c>personal</c>, <c>shared</c> or an id.</summary>
    /// <exception cref="Problem">404: no such library, or somebody else's.</exception>
    public static string Resolve(Caller caller, string named)
    {
        var library = named == Personal ? PersonalOf(caller.UserId) : named;
        return MaySee(caller, library) ? library : throw Problem.NotFound("library");
    }

    /// <summary>Every library that the caller may see, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> Of(Caller caller) => [PersonalOf(caller.UserId), Shared];
}
