namespace Kilo.Users;

/// <summary>Configuration section <c>Kilo:Users</c>.</summary>
internal sealed record UsersOptions
{
    /// <summary><c>closed</c>: an administrator adds people. <c>open</c>: anybody may register as a member.</summary>
    public string Registration { get; init; } = "closed";

    /// <summary>How long a sign-in lasts. Default 12 h.</summary>
    public TimeSpan SignInLifetime { get; init; } = TimeSpan.FromHours(12);
}
