using System.Buffers.Text;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;

namespace Kilo.Web.Sessions;

/// <summary>Reading what was encrypted, where the keys may be away.</summary>
internal static class SessionKeys
{
    /// <summary>What was encrypted; null when it is forged, or its key is gone for good.</summary>
    /// <exception cref="SessionsUnavailableException">The keys cannot be read now: nobody knows what it is.</exception>
    public static byte[]? TryUnprotect(this IDataProtector protector, byte[] encrypted)
    {
        try
        {
            return protector.Unprotect(encrypted);
        }
        catch (CryptographicException e)
        {
            // The framework makes this one of every failure.
            for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
            {
                if (inner is SessionsUnavailableException or IOException)
                {
                    throw new SessionsUnavailableException("The keys of sessions could not be read.", e);
                }
            }
            return null;
        }
    }
}

/// <summary>What the cookie holds. The framework's own format takes keys that cannot be read for a forged cookie, which would sign the browser out.</summary>
internal sealed class SessionCookieFormat(IDataProtector protector) : ISecureDataFormat<AuthenticationTicket>
{
    /// <inheritdoc />
    public string Protect(AuthenticationTicket data) => Protect(data, null);

    /// <inheritdoc />
    public string Protect(AuthenticationTicket data, string? purpose)
    {
        try
        {
            return Base64Url.EncodeToString(For(purpose).Protect(TicketSerializer.Default.Serialize(data)));
        }
        catch (CryptographicException e)
        {
            throw new SessionsUnavailableException("The keys of sessions could not be read.", e);
        }
    }

    /// <inheritdoc />
    public AuthenticationTicket? Unprotect(string? protectedText) => Unprotect(protectedText, null);

    /// <inheritdoc />
    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose)
    {
        byte[] encrypted;
        try
        {
            encrypted = Base64Url.DecodeFromChars(protectedText);
        }
        catch (FormatException)
        {
            return null;
        }
        return For(purpose).TryUnprotect(encrypted) is { } ticket ? TicketSerializer.Default.Deserialize(ticket) : null;
    }

    private IDataProtector For(string? purpose) => string.IsNullOrEmpty(purpose) ? protector : protector.CreateProtector(purpose);
}
