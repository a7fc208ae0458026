using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.BuildingBlocks.Cqrs;

/// <summary>Asks for a change; answered when the change is a fact on the log.</summary>
public interface ICommand<out TResult> : IRequest<TResult>;

/// <summary>Asks for what the views say; changes nothing.</summary>
public interface IQuery<out TResult> : IRequest<TResult>;

/// <summary>Registers the pipeline and a module's handlers.</summary>
public static class RequestRegistration
{
    /// <summary>The mediator with tracing and metrics around validation around the handler.</summary>
    public static IServiceCollection AddRequestPipeline(this IServiceCollection services) => services
        .AddScoped<ServiceFactory>(provider => provider.GetRequiredService)
        .AddScoped<IMediator, Mediator>()
        .AddScoped(typeof(IPipelineBehavior<,>), typeof(ObservedBehavior<,>))
        .AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidatedBehavior<,>));

    /// <summary>Every handler and validator of an assembly.</summary>
    public static IServiceCollection AddRequestHandlers(this IServiceCollection services, Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType))
            {
                var definition = contract.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>))
                {
                    services.AddScoped(contract, type);
                }
                else if (definition == typeof(IValidator<>))
                {
                    services.AddSingleton(contract, type);
                }
            }
        }
        return services;
    }
}
