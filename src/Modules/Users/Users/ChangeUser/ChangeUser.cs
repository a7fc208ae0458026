using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Contracts;
using Kilo.Users.Rules;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.ChangeUser;

/// <summary>Changes a profile, a password, a role, or whether somebody may sign in.</summary>
internal sealed record ChangeUser(Caller Caller, Guid UserId, string? DisplayName, string? Password, string? CurrentPassword, string? Role, bool? Disabled)
    : ICommand<(Appended Appended, UserResponse User)>;

internal sealed class ChangeUserValidator : AbstractValidator<ChangeUser>
{
    public ChangeUserValidator()
    {
        When(c => c.DisplayName is not null, () => RuleFor(c => c.DisplayName!).IsName());
        When(c => c.Password is not null, () => RuleFor(c => c.Password!).IsPassword());
        When(c => c.Role is not null, () => RuleFor(c => c.Role!).IsRole());
    }
}

internal sealed class ChangeUserHandler(UsersReader reader, EventPublisher publisher, Passwords passwords, Throttle throttle, UserChanges changes, Ids ids, TimeProvider time)
    : IRequestHandler<ChangeUser, (Appended Appended, UserResponse User)>
{
    private const int WrongPasswords = 10;

    public async Task<(Appended Appended, UserResponse User)> Handle(ChangeUser request, CancellationToken cancellationToken)
    {
        using var turn = await changes.TurnAsync(cancellationToken);
        var user = await reader.UserAsync(request.Caller, request.UserId, cancellationToken);
        await CheckAsync(request, user, cancellationToken);

        if (request.Password is { } password)
        {
            var set = await publisher.AppendAsync(new PasswordSet(user.Id, passwords.Hash(password)), ids.New(), request.Caller.UserId, cancellationToken);
            await reader.Views.WaitForAsync(set.Position, cancellationToken);
        }
        var changed = user with
        {
            DisplayName = request.DisplayName ?? user.DisplayName,
            Role = request.Role ?? user.Role,
            Disabled = request.Disabled ?? user.Disabled,
            SignInsValidFrom = request.Password is null ? user.SignInsValidFrom : time.GetUtcNow(),
        };
        var appended = await publisher.AppendAsync(new UserUpdated(changed.ToState()), ids.New(), request.Caller.UserId, cancellationToken);
        // The next change starts from the view: it must not start from before this one.
        await reader.Views.WaitForAsync(appended.Position, cancellationToken);
        return (appended, UserResponse.Of(changed));
    }

    private async Task CheckAsync(ChangeUser request, UserRow user, CancellationToken cancel)
    {
        if (!request.Caller.IsAdmin && (request.Role is not null || request.Disabled is not null))
        {
            throw Problem.Forbidden("Only an administrator changes roles or disables people.");
        }
        if (request.Password is not null && request.Caller.UserId == user.Id)
        {
            // Who has found a signed-in browser must not be able to guess on.
            var account = $"change {user.Id}";
            await throttle.CheckAsync("password", account, WrongPasswords, cancel);
            var credential = await CredentialRow.Table.GetAsync(reader.Views.Store, user.Id.ToString(), "", cancel);
            if (!passwords.Verify(credential?.PasswordHash, request.CurrentPassword ?? ""))
            {
                await throttle.FailedAsync("password", account, int.MaxValue, cancel);
                throw new Problem(400, "wrong-password", "currentPassword is not your password.");
            }
        }
        var staysAdmin = (request.Role ?? user.Role) == Roles.Admin && !(request.Disabled ?? user.Disabled);
        if (user is { Role: Roles.Admin, Disabled: false } && !staysAdmin
            && !(await reader.EveryoneAsync(cancel)).Any(u => u is { Role: Roles.Admin, Disabled: false } && u.Id != user.Id))
        {
            throw new Problem(409, "last-administrator", "Somebody must remain an administrator.");
        }
    }
}

/// <summary>
/// One change of a user at a time: each event carries the whole state, so two that start from the same state would lose one of them.
/// </summary>
internal sealed class UserChanges : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<IDisposable> TurnAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>What to change; what is left out stays.</summary>
/// <param name="DisplayName">1 to 100 characters.</param>
/// <param name="Password">8 to 200 characters. Ends every sign-in made before.</param>
/// <param name="CurrentPassword">Needed to change one's own password.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>; for administrators.</param>
/// <param name="Disabled">For administrators.</param>
internal sealed record ChangeUserRequest(
    string? DisplayName = null, string? Password = null, string? CurrentPassword = null, string? Role = null, bool? Disabled = null);

internal static class ChangeUserEndpoint
{
    public static void MapChangeUser(this IEndpointRouteBuilder routes) => routes
        .MapPatch("/users/{id:guid}", async (Caller caller, Guid id, ChangeUserRequest body, HttpContext http, IMediator mediator, CancellationToken cancel) =>
        {
            var (appended, user) = await mediator.Send(
                new ChangeUser(caller, id, body.DisplayName?.Trim(), body.Password, body.CurrentPassword, body.Role, body.Disabled), cancel);
            Positions.Answer(http.Response, appended.Position);
            return TypedResults.Ok(user);
        })
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429)
        .WithName("ChangeUser").WithSummary("Changes a profile or a password; for administrators also a role, or whether somebody may sign in.");
}
