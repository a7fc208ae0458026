using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Users.ChangeUser;
using Kilo.Users.Contracts;
using Kilo.Users.CountUsers;
using Kilo.Users.GetUser;
using Kilo.Users.IssueToken;
using Kilo.Users.ListTokens;
using Kilo.Users.ListUsers;
using Kilo.Users.RegisterUser;
using Kilo.Users.RevokeToken;
using Kilo.Users.Rules;
using Kilo.Users.SignIn;
using Kilo.Users.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kilo.Users;

/// <summary>People, their passwords and their tokens.</summary>
public sealed class UsersModule : IModule
{
    internal const string ModuleName = "users";

    /// <inheritdoc />
    public string Name => ModuleName;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Tables { get; } =
    [
        UserRow.Table.Name, UserRow.Directory.Name, EmailRow.Table.Name, TokenRow.Table.Name, TokenRow.OfUser.Name, CountRow.Table.Name, CredentialRow.Table.Name,
    ];

    /// <inheritdoc />
    public IReadOnlyList<Topic> Folds { get; } = [UsersTopics.Users, PasswordSet.Topic];

    /// <inheritdoc />
    public void AddEvents(EventCatalogue catalogue) => catalogue.AddUsersEvents().Add(CredentialsJson.Default.PasswordSet);

    /// <inheritdoc />
    public void AddServices(IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Kilo:Users").Get<UsersOptions>() ?? new UsersOptions())
        .AddSingleton<Passwords>()
        .AddSingleton<UserChanges>()
        .AddScoped<UsersReader>()
        .AddScoped<Registration>()
        .AddScoped<TokenIssuer>()
        .AddKeyedScoped<IIdentitySource>(ModuleName, (provider, _) =>
            new UserIdentities(provider.GetRequiredKeyedService<ModuleViews>(ModuleName), provider.GetRequiredService<TimeProvider>()))
        .AddRequestHandlers(typeof(UsersModule).Assembly);

    /// <inheritdoc />
    public void MapRest(IEndpointRouteBuilder routes)
    {
        var api = routes.MapModule(ModuleName, "/api").WithTags("Users");
        api.MapSignIn();
        api.MapRegisterUser();
        api.MapListUsers();
        api.MapCountUsers();
        api.MapGetUser();
        api.MapChangeUser();
        api.MapIssueToken();
        api.MapListTokens();
        api.MapRevokeToken();
    }

    /// <inheritdoc />
    public void AddRestWork(IServiceCollection services) => services
        .AddSingleton<FirstAdministrator.FirstAdministrator>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<FirstAdministrator.FirstAdministrator>())
        .AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<FirstAdministrator.FirstAdministrator>());

    /// <inheritdoc />
    public void AddProjections(IServiceCollection services) => services
        .AddKeyedSingleton<Projection, UsersProjection>(ModuleName)
        .AddKeyedSingleton<Projection, CredentialsProjection>(ModuleName);
}
