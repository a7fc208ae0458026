using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Users.Rules;
using Kilo.Users.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Users.RegisterUser;

/// <summary>Adds a user.</summary>
internal sealed record RegisterUser(Guid EventId, Guid Actor, string Email, string Password, string DisplayName, string Role) : ICommand<Registered>;

/// <summary>The new user; null when the view is not there yet. Nothing was appended when the same request had added the user before.</summary>
internal sealed record Registered(Appended? Appended, Guid UserId, UserResponse? User);

internal sealed class RegisterUserValidator : AbstractValidator<RegisterUser>
{
    public RegisterUserValidator()
    {
        RuleFor(c => c.Email).IsEmail();
        RuleFor(c => c.Password).IsPassword();
        RuleFor(c => c.DisplayName).IsName();
        RuleFor(c => c.Role).IsRole();
    }
}

internal sealed class RegisterUserHandler(Registration registration) : IRequestHandler<RegisterUser, Registered>
{
    public Task<Registered> Handle(RegisterUser request, CancellationToken cancellationToken) => registration.RegisterAsync(request, cancellationToken);
}

/// <summary>A new user.</summary>
/// <param name="Email">For signing in; taken only once.</param>
/// <param name="Password">8 to 200 characters.</param>
/// <param name="DisplayName">What other people see.</param>
/// <param name="Role"><c>member</c> (default) or <c>admin</c>.</param>
internal sealed record RegisterUserRequest(string Email, string Password, string DisplayName, string? Role = null);

internal static class RegisterUserEndpoint
{
    public static void MapRegisterUser(this IEndpointRouteBuilder routes) => routes
        .MapPost("/users", async (RegisterUserRequest body, HttpContext http, UsersOptions options, Ids ids, IMediator mediator, CancellationToken cancel) =>
        {
            var caller = Caller.Of(http);
            if (caller is not { IsAdmin: true } && options.Registration != "open")
            {
                throw caller is null ? Problem.SignInNeeded() : Problem.Forbidden("Only an administrator adds people here.");
            }
            // People who are not signed in have no keys: one's retry must never meet what another's key made.
            var eventId = caller is null ? ids.New() : http.Request.EventId(caller.UserId, ids);
            var registered = await mediator.Send(new RegisterUser(
                eventId, caller?.UserId ?? Guid.Empty, body.Email.Trim(), body.Password, body.DisplayName.Trim(),
                caller is { IsAdmin: true } ? body.Role ?? Roles.Member : Roles.Member), cancel);
            if (registered.Appended is { } appended)
            {
                Positions.Answer(http.Response, appended.Position);
            }
            var location = $"/api/users/{registered.UserId}";
            return registered.User is null ? Results.Accepted(location) : Results.Created(location, registered.User);
        })
        .AllowAnonymous().Produces<UserResponse>(201).Produces(202).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409)
        .WithName("RegisterUser").WithSummary("Adds a user. For administrators, unless registration is open.");
}
