using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kilo.BuildingBlocks.Log;

namespace Kilo.BuildingBlocks.Http;

/// <summary>
/// A bearer token: <c>kilo_secret.position</c>. The secret is 256 random bits, of which only the SHA-256 is ever stored.
/// The position is that of the fact that issued it: a module whose copy has not come that far waits for it instead of
/// refusing a token that is a millisecond old.
/// </summary>
/// <param name="Hash">64 hexadecimal digits: SHA-256 of the secret.</param>
/// <param name="Issued">Where the issuing fact stands.</param>
public sealed record AccessToken(string Hash, LogPosition Issued)
{
    private const string Prefix = "kilo_";

    /// <summary>A new secret and the hash that names it.</summary>
    public static (string Secret, string Hash) NewSecret()
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (secret, HashOf(secret));
    }

    /// <summary>The text that the user keeps.</summary>
    public static string Compose(string secret, LogPosition issued) =>
        $"{Prefix}{secret}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(issued.ToString()))}";

    /// <summary>Reads a token's text; null for anything that is not one.</summary>
    public static AccessToken? Parse(string text)
    {
        if (text.Length is < 40 or > 400 || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Base64Url.IsValid(text.AsSpan(dot + 1)))
        {
            return null;
        }
        return LogPosition.TryParse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(dot + 1))), out var issued)
            ? new AccessToken(HashOf(text[Prefix.Length..dot]), issued)
            : null;
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
