using FluentValidation;
using Kilo.BuildingBlocks.Http;

namespace Kilo.Users.Rules;

/// <summary>How e-mail addresses are compared.</summary>
internal static class Emails
{
    public static string Normalise(string email) => email.Trim().ToLowerInvariant();
}

/// <summary>What people and tokens may be called, and how long a password must be.</summary>
internal static class UserRules
{
    private const int LongestEmail = 254;
    private const int LongestName = 100;
    private const int ShortestPassword = 8;
    private const int LongestPassword = 200;

    public static void IsEmail<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(e => e is not null && e.Length <= LongestEmail && e.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == e.LastIndexOf('@')
            && at < e.Length - 1 && !e.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        .WithErrorCode("invalid-email").WithMessage($"The e-mail address must look like name@host and have at most {LongestEmail} characters.");

    public static void IsName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(n => !string.IsNullOrWhiteSpace(n) && n.Length <= LongestName && !n.Any(char.IsControl))
        .WithErrorCode("invalid-name").WithMessage($"The name has 1 to {LongestName} characters and no control characters.");

    public static void IsPassword<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(p => p is not null && p.Length is >= ShortestPassword and <= LongestPassword)
        .WithErrorCode("invalid-password").WithMessage($"The password has {ShortestPassword} to {LongestPassword} characters.");

    public static void IsRole<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(r => r is Roles.Admin or Roles.Member).WithErrorCode("invalid-role").WithMessage($"The role is '{Roles.Admin}' or '{Roles.Member}'.");
}
