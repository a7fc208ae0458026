using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Kilo.Web.Sessions;

/// <summary>
/// Sessions live in the distributed cache, encrypted: the cookie only names one. So they survive a restart, any process serves them,
/// and a sign-out ends them for good.
/// </summary>
internal sealed class SessionTickets(IDistributedCache cache, IDataProtectionProvider protection, TimeProvider time) : ITicketStore
{
    private readonly IDataProtector _protector = protection.CreateProtector("Kilo.Web.Sessions");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await RenewAsync(key, ticket);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => GuardAsync(async () =>
    {
        await cache.SetAsync(NameOf(key), _protector.Protect(TicketSerializer.Default.Serialize(ticket)),
            new DistributedCacheEntryOptions { AbsoluteExpiration = ticket.Properties.ExpiresUtc ?? time.GetUtcNow().AddHours(1) });
        return true;
    });

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => GuardAsync(async () =>
    {
        if (await cache.GetAsync(NameOf(key)) is not { } stored)
        {
            return null;
        }
        // Null: its key is gone for good, and nobody can read this session any more.
        return _protector.TryUnprotect(stored) is { } ticket ? TicketSerializer.Default.Deserialize(ticket) : null;
    });

    public Task RemoveAsync(string key) => GuardAsync(async () =>
    {
        await cache.RemoveAsync(NameOf(key));
        return true;
    });

    private static string NameOf(string key) => "session:" + key;

    // A cache that is away must not look like "nobody is signed in": the browser would throw the session away.
    private static async Task<TResult> GuardAsync<TResult>(Func<Task<TResult>> access)
    {
        try
        {
            return await access();
        }
        catch (Exception e) when (e is not (OperationCanceledException or SessionsUnavailableException))
        {
            throw new SessionsUnavailableException("Sessions could not be read or written.", e);
        }
    }
}
