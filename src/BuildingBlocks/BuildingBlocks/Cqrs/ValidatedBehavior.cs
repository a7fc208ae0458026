using FluentValidation;
using Kilo.BuildingBlocks.Http;
using MediatR;

namespace Kilo.BuildingBlocks.Cqrs;

/// <summary>Refuses a request whose values break a rule before its handler sees it: 400 with the rule's sentence.</summary>
internal sealed class ValidatedBehavior<TRequest, TResult>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResult>
    where TRequest : notnull
{
    public Task<TResult> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResult> next)
    {
        foreach (var validator in validators)
        {
            var result = validator.Validate(request);
            if (!result.IsValid)
            {
                var first = result.Errors[0];
                throw new Problem(400, first.ErrorCode.Contains("Validator", StringComparison.Ordinal) ? "invalid-value" : first.ErrorCode, first.ErrorMessage);
            }
        }
        return next();
    }
}
