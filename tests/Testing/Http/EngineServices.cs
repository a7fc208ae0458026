using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Testing.Http;

/// <summary>What a test does to the engines of a <see cref="KiloServer"/>, whichever they are.</summary>
public static class EngineServices
{
    /// <summary>Puts something between the server and the engine of a port.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="wrap">From the engine to what the server talks to instead.</param>
    public static IServiceCollection Wrap<TPort>(this IServiceCollection services, Func<TPort, TPort> wrap) where TPort : class
    {
        var engine = services.Single(s => s.ServiceType == typeof(TPort) && !s.IsKeyedService);
        services.Remove(engine);
        // Under a key of its own the engine is still the server's to close.
        services.AddKeyedSingleton(engine, (provider, _) => (TPort)engine.ImplementationFactory!(provider));
        return services.AddSingleton(provider => wrap(provider.GetRequiredKeyedService<TPort>(engine)));
    }
}
