using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Console;

namespace Kilo.Host;

/// <summary>Puts a process together: the same for every role, module and engine.</summary>
public static class KiloHost
{
    /// <summary>A process as the command line and the environment ask for it, ready to run.</summary>
    /// <param name="commandLine">What the command line says, as settings: they go before those of the environment.</param>
    /// <param name="configure">Last changes before the process is built; tests put other engines in place here.</param>
    /// <exception cref="StartRefusedException">It cannot start like that.</exception>
    public static WebApplication Build(IReadOnlyDictionary<string, string?> commandLine, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = Compose(commandLine, out var settings, out var engines);
        EngineSelection.MustNotHideContents(builder.Configuration, settings.Data);
        CreateDataDirectory(settings.Data);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenAnyIP(settings.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = JsonBodies.Largest;
            kestrel.Limits.MaxResponseBufferSize = 1 << 20;
        });
        // Now, in a sentence: some engines open what they keep only with the first request.
        foreach (var directory in engines.Select(e => e.Where).Where(Directory.Exists).Prepend(settings.Data))
        {
            MustBeWritable(directory);
        }
        var data = settings.Data;
        builder.Services.AddSingleton(_ => DataLock.Share(data));
        // What keeps the process from starting is Program's to say, once; the framework would say it first, with a stack trace.
        var starting = true;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && !(starting && level == LogLevel.Error));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => starting = false);
        Map(app, settings);
        // Once nothing else refuses the start, which then leaves no file behind; before any engine opens.
        app.Services.GetRequiredService<DataLock>();
        Console.WriteLine($"Kilo: role {settings.Role.ToString().ToLowerInvariant()}, modules {string.Join(", ", settings.Modules.Select(m => m.Name))}{Environment.NewLine}{EngineSelection.Describe(engines)}");
        app.Lifetime.ApplicationStarted.Register(() => _ = Readiness.AnnounceAsync(app));
        return app;
    }

    /// <summary>
    /// The services of such a process for a command: its engines, its modules, its settings. Nothing listens, nothing is folded, nothing starts; an engine
    /// opens when it is first asked for. What is logged goes to standard error, from warnings on.
    /// </summary>
    /// <param name="settings">As the command line gives them: <c>Kilo:data</c>.</param>
    /// <exception cref="StartRefusedException">The settings are not valid.</exception>
    public static WebApplication BuildServices(IReadOnlyDictionary<string, string?> settings)
    {
        var builder = Compose(settings, out _, out _);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder.Build();
    }

    private static WebApplicationBuilder Compose(IReadOnlyDictionary<string, string?> commandLine, out HostSettings settings, out IReadOnlyList<ChosenEngine> engines)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            // Settings are read once: watching their files takes memory, and one of the few watches that a machine grants its containers.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Configuration.AddInMemoryCollection(commandLine);
        builder.Configuration.AddInMemoryCollection(HostSettings.ReadSecretFiles(builder.Configuration));
        settings = HostSettings.Read(builder.Configuration);
        AddServices(builder.Services, settings);
        engines = builder.Services.AddEngines(builder.Configuration, settings.Data, settings.Modules);
        builder.Services.AddSingleton(engines);
        // Keys lie in the data directory, which only its owner may read; that they are not encrypted once more is no warning.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // That keys cannot be read it says with a stack trace each time, and then throws: who asked for them says it in a line.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.KeyRingProvider", LogLevel.None);
        return builder;
    }

    private static void AddServices(IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton<IMemoryPoolFactory<byte>, ConnectionMemory>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Ids>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<Throttle>();
        services.AddSingleton(new DataDirectory(settings.Data));
        services.AddSingleton(new Workload(settings.Role, settings.Modules));
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Kilo:Http").Get<WaitOptions>() ?? new WaitOptions());
        services.AddSingleton(_ => Modules.Catalogue());
        services.AddSingleton<PumpStatus>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<PumpStatus>());
        services.AddSingleton<MetricsEndpoint>();
        services.AddRequestPipeline();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.RespectNullableAnnotations = true;
            o.SerializerOptions.RespectRequiredConstructorParameters = true;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        // The core alone: the full set brings data protection, which only sessions use.
        services.AddWebEncoders();
        services.AddOptions<AuthenticationSchemeOptions>(TokenAuthentication.SchemeName);
        services.AddTransient<TokenAuthentication>();
        services.AddAuthenticationCore(o =>
        {
            o.DefaultScheme = TokenAuthentication.SchemeName;
            o.AddScheme<TokenAuthentication>(TokenAuthentication.SchemeName, null);
        });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Roles.Admin, policy => policy.RequireRole(Roles.Admin));
        services.AddKiloOpenApi();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IConfiguration>((forwarded, configuration) =>
        {
            // From loopback they are believed anyway.
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var network in (configuration["Kilo:Http:TrustedProxies"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(network, out var known) ? known
                    : throw new StartRefusedException($"'{network}' in Kilo__Http__TrustedProxies is no network like 10.0.0.0/8."));
            }
        });

        foreach (var module in settings.Modules)
        {
            services.AddModule(module);
            if (settings.Role.HasFlag(Role.Aggregator))
            {
                services.AddAggregator(module);
            }
            if (settings.Role.HasFlag(Role.Rest))
            {
                module.AddRestWork(services);
            }
        }
    }

    private static void Map(WebApplication app, HostSettings settings)
    {
        // Before all else: addresses count for throttling, and the scheme for cookies.
        app.UseForwardedHeaders();
        app.UseProblems();
        if (settings.Role.HasFlag(Role.Rest))
        {
            app.UseReferencePage();
        }
        app.UseRouting();
        app.UseJsonBodyLimit();
        if (settings.Role.HasFlag(Role.Bff))
        {
            foreach (var module in settings.Modules)
            {
                module.UseBff(app);
            }
        }
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapGet("/metrics", (MetricsEndpoint metrics, HttpResponse response) => metrics.WriteAsync(response)).AllowAnonymous().ExcludeFromDescription();
        if (settings.Role.HasFlag(Role.Rest))
        {
            app.MapKiloOpenApi();
            foreach (var module in settings.Modules)
            {
                module.MapRest(app);
            }
            app.MapOperations(settings);
        }
        if (settings.Role.HasFlag(Role.Bff))
        {
            foreach (var module in settings.Modules)
            {
                module.MapBff(app);
            }
        }
        // Listening to the meters starts now: what happens from here on is counted.
        app.Services.GetRequiredService<MetricsEndpoint>();
    }

    /// <summary>Creates it for its owner alone.</summary>
    internal static void CreateDataDirectory(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {path} cannot be created: {e.Message}");
        }
    }

    private static void MustBeWritable(string directory)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(directory, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{Environment.UserName} cannot write to {directory}. Permit it, or choose another data directory with --data.");
        }
    }
}
