using System.Buffers.Text;
using System.Security.Cryptography;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Views;
using Kilo.Users.RegisterUser;
using Kilo.Users.Views;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.Users.FirstAdministrator;

/// <summary>
/// Sees to it that somebody can sign in: without an enabled administrator it adds the one that <c>KILO_ADMIN_EMAIL</c> and
/// <c>KILO_ADMIN_PASSWORD</c> name, or one with a generated password, printed once and kept in the data directory.
/// </summary>
internal sealed class FirstAdministrator(
    IServiceProvider services, IConfiguration configuration, IHostEnvironment environment, DataDirectory data, IEventLog log, ILogger<FirstAdministrator> logger)
    : BackgroundService, IReadinessCheck
{
    private static readonly TimeSpan FirstRetryAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(1);
    private const string DefaultEmail = "admin@localhost";
    private static readonly string[] Placeholders = ["admin", "password", "changeme", "change-me", "secret", "kilo"];

    private volatile string? _waitingFor = "The first administrator is being looked up.";

    public string? NotReadyBecause => _waitingFor;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment() && Placeholders.Contains(configuration["KILO_ADMIN_PASSWORD"], StringComparer.OrdinalIgnoreCase))
        {
            throw new StartRefusedException("KILO_ADMIN_PASSWORD is a placeholder. Set a password of your own, or leave it out to have one made.");
        }
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var retryAfter = FirstRetryAfter; ; retryAfter = retryAfter * 2 < LongestRetryAfter ? retryAfter * 2 : LongestRetryAfter)
        {
            try
            {
                await SeeToItAsync(stoppingToken);
                return;
            }
            catch (Exception e) when (e is LogUnavailableException or ViewsUnavailableException)
            {
                // Usual at a start: servers need not be there first.
                logger.LogDebug(e, "The first administrator cannot be looked up now. It is tried again.");
                await Task.Delay(retryAfter, stoppingToken);
            }
        }
    }

    private async Task SeeToItAsync(CancellationToken stoppingToken)
    {
        await using var scope = services.CreateAsyncScope();
        var reader = scope.ServiceProvider.GetRequiredService<UsersReader>();
        // Views that lag behind could hide an administrator: setting a password again would lock that one out.
        await FoldedAsync(reader, stoppingToken);
        if (!(await reader.EveryoneAsync(stoppingToken)).Any(u => u is { Role: Roles.Admin, Disabled: false }))
        {
            _waitingFor = "Waiting for the first administrator to be registered.";
            await RegisterAsync(scope.ServiceProvider.GetRequiredService<Registration>(), stoppingToken);
            // Registering waits for a moment only; ready means that the administrator can sign in.
            await FoldedAsync(reader, stoppingToken);
        }
        _waitingFor = null;
    }

    private async Task FoldedAsync(UsersReader reader, CancellationToken cancel)
    {
        foreach (var topic in reader.Views.Topics)
        {
            var end = await log.EndAsync(topic, 0, cancel);
            if (end > 0)
            {
                _waitingFor = $"Waiting for the aggregator of users to fold {topic.Name} up to {end}.";
                await reader.Views.Store.WaitForAsync(topic.Name, 0, end - 1, cancel);
            }
        }
    }

    private async Task RegisterAsync(Registration registration, CancellationToken cancel)
    {
        var email = configuration["KILO_ADMIN_EMAIL"] ?? DefaultEmail;
        var password = configuration["KILO_ADMIN_PASSWORD"] ?? GeneratedPassword(email);
        // The same id from every process that starts at the same time: only one of them adds anybody.
        var id = Ids.From("first-administrator", email);
        try
        {
            await registration.RegisterAsync(id, new RegisterUser.RegisterUser(id, Guid.Empty, email, password, "Administrator", Roles.Admin), cancel);
            logger.LogInformation("Added the first administrator, {Email}.", email);
        }
        catch (Problem problem)
        {
            logger.LogError("The first administrator {Email} could not be added: {Reason}", email, problem.Message);
        }
    }

    private string GeneratedPassword(string email)
    {
        var path = Path.Combine(data.Path, "admin-password.txt");
        try
        {
            var password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            using (var writer = new StreamWriter(path, options))
            {
                writer.WriteLine(password);
            }
            Console.WriteLine($"The first administrator is {email} with the password {password} (also in {path}).");
            return password;
        }
        catch (IOException) when (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }
    }
}
