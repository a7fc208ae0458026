using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Rules;
using Kilo.Users.Views;

namespace Kilo.Users.RegisterUser;

/// <summary>
/// Registers a user: first the password, which means nothing by itself, then the fact that asks for the e-mail address.
/// Whether the address was still free is decided by the log's order, and read back from the fold.
/// </summary>
internal sealed class Registration(UsersReader reader, EventPublisher publisher, Passwords passwords, Ids ids, TimeProvider time)
{
    public Task<Registered> RegisterAsync(RegisterUser request, CancellationToken cancel) =>
        RegisterAsync(Ids.MayRepeat(request.EventId) ? Ids.From("user", request.EventId.ToString()) : ids.New(), request, cancel);

    public async Task<Registered> RegisterAsync(Guid userId, RegisterUser request, CancellationToken cancel)
    {
        if (await reader.FindAsync(userId, cancel) is { } earlier)
        {
            // A retry. It must not set a password again, nor take later changes back.
            return Emails.Normalise(earlier.Email) == Emails.Normalise(request.Email)
                ? new(null, userId, UserResponse.Of(earlier))
                : throw new Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for somebody else. Use a new key for a new request.");
        }
        // Most addresses that are taken have been for long: this spares them a fact. The fold decides all the same.
        if (await OwnerAsync(request.Email, cancel) is { } owner && owner != userId)
        {
            throw Taken();
        }
        var password = await publisher.AppendAsync(new PasswordSet(userId, passwords.Hash(request.Password)), ids.New(), request.Actor, cancel);
        var appended = await publisher.AppendAsync(
            new UserRegistered(new UserState(userId, request.Email, request.DisplayName, request.Role, Disabled: false, time.GetUtcNow())),
            request.EventId, request.Actor, cancel);
        if (!await reader.Views.WaitForAsync(password.Position, cancel) || !await reader.Views.WaitForAsync(appended.Position, cancel))
        {
            return new(appended, userId, null);
        }
        if (await reader.FindAsync(userId, cancel) is { } row)
        {
            return new(appended, userId, UserResponse.Of(row));
        }
        // Somebody else was first. The void registration leaves the log's copies again.
        await publisher.AppendAsync(new UserRemoved(userId), ids.New(), request.Actor, cancel);
        throw Taken();
    }

    private async ValueTask<Guid?> OwnerAsync(string email, CancellationToken cancel) =>
        (await EmailRow.Table.GetAsync(reader.Views.Store, Emails.Normalise(email), "", cancel))?.UserId;

    private static Problem Taken() => new(409, "email-taken", "Somebody is registered with this e-mail address already.");
}
