using System.Diagnostics;
using Kilo.BuildingBlocks.Metrics;
using MediatR;

namespace Kilo.BuildingBlocks.Cqrs;

/// <summary>One span and one measurement per command or query.</summary>
internal sealed class ObservedBehavior<TRequest, TResult> : IPipelineBehavior<TRequest, TResult> where TRequest : notnull
{
    public async Task<TResult> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResult> next)
    {
        using var activity = KiloMeter.Activities.StartActivity(typeof(TRequest).Name);
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var result = await next();
            outcome = "ok";
            return result;
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            KiloMeter.Requests.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("request", typeof(TRequest).Name), new("outcome", outcome));
        }
    }
}
