using Microsoft.AspNetCore.Identity;

namespace Kilo.Users.Rules;

/// <summary>ASP.NET Core Identity's password hashing (PBKDF2 with a salt per password).</summary>
internal sealed class Passwords
{
    private readonly PasswordHasher<object> _hasher = new();
    private readonly string _nobody;

    public Passwords() => _nobody = Hash(Guid.NewGuid().ToString());

    public string Hash(string password) => _hasher.HashPassword(this, password);

    /// <summary>Compares; without a hash it takes as long and says no, so that time does not tell who exists.</summary>
    public bool Verify(string? hash, string password) =>
        _hasher.VerifyHashedPassword(this, hash ?? _nobody, password) != PasswordVerificationResult.Failed && hash is not null;
}
