using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kilo.BuildingBlocks.Modules;

/// <summary>A module on one screen: what it says, what it keeps, what it serves.</summary>
public interface IModule
{
    /// <summary>Its name: lower case, the prefix of its events and the value of <c>--modules</c>.</summary>
    string Name { get; }

    /// <summary>The roles in which it has something to do.</summary>
    Role Roles => Role.Rest | Role.Aggregator;

    /// <summary>The tables of its views.</summary>
    IReadOnlyCollection<string> Tables => [];

    /// <summary>Those of its tables that have columns, for SQL; null: none has. Such a module keeps its views where SQL can be asked.</summary>
    RelationalModel? Relations => null;

    /// <summary>The topics that it folds into its views.</summary>
    IReadOnlyList<Topic> Folds => [];

    /// <summary>How late its views may be under load: after each batch they wait so long for what is folded with the next. By default not at all.</summary>
    TimeSpan Pace => TimeSpan.Zero;

    /// <summary>Adds the events that it publishes or reads.</summary>
    void AddEvents(EventCatalogue catalogue) { }

    /// <summary>Adds what its handlers need.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Role <c>rest</c>: maps its HTTP API.</summary>
    void MapRest(IEndpointRouteBuilder routes) { }

    /// <summary>Role <c>rest</c>: background work beside the HTTP API.</summary>
    void AddRestWork(IServiceCollection services) { }

    /// <summary>Role <c>aggregator</c>: the projections that fold its topics, and background work beside them.</summary>
    void AddProjections(IServiceCollection services) { }

    /// <summary>Role <c>bff</c>: what happens to every request before it is known who sent it.</summary>
    void UseBff(IApplicationBuilder app) { }

    /// <summary>Role <c>bff</c>: maps what browsers ask for beside the REST APIs.</summary>
    void MapBff(IEndpointRouteBuilder routes) { }
}

/// <summary>Registers a module's share of the process.</summary>
public static class ModuleRegistration
{
    /// <summary>The tables of its views, that of parked events included.</summary>
    public static IReadOnlyCollection<string> AllTables(this IModule module) => [.. module.Tables, ParkedEvent.Table.Name];

    /// <summary>Where the module's views are: with columns they are in a store of their own kind, keyed by the module's name.</summary>
    public static IViewStores StoresOf(this IServiceProvider provider, IModule module) =>
        module.Relations is null ? provider.GetRequiredService<IViewStores>() : provider.GetRequiredKeyedService<IViewStores>(module.Name);

    /// <summary>The module's views, keyed by its name, if it has any; and its services.</summary>
    public static void AddModule(this IServiceCollection services, IModule module)
    {
        if (module.Folds.Count > 0)
        {
            services.AddKeyedSingleton(module.Name, (provider, _) =>
            {
                var stores = provider.StoresOf(module);
                return new ModuleViews(
                    module.Name,
                    stores.Open(module.Name, module.AllTables()),
                    provider.GetRequiredService<IEventLog>(),
                    module.Folds,
                    provider.GetRequiredService<WaitOptions>())
                {
                    Group = stores.Place is { } place ? $"kilo-{module.Name}-{place}" : $"kilo-{module.Name}",
                };
            });
        }
        module.AddServices(services);
    }

    /// <summary>One pump per topic that the module folds.</summary>
    public static void AddAggregator(this IServiceCollection services, IModule module)
    {
        module.AddProjections(services);
        foreach (var topic in module.Folds)
        {
            // AddHostedService<T> registers a type once; several pumps are several services.
            services.AddSingleton<IHostedService>(provider => new EventPump(
                provider.GetRequiredKeyedService<ModuleViews>(module.Name),
                topic,
                [.. provider.GetKeyedServices<Projection>(module.Name).Where(p => p.Topics.Contains(topic))],
                provider.GetRequiredService<IEventLog>(),
                provider.GetRequiredService<EventCatalogue>(),
                provider.GetRequiredService<PumpStatus>(),
                provider.GetRequiredService<ILogger<EventPump>>(),
                module.Pace));
        }
    }
}
