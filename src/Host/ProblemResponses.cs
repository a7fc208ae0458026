using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Microsoft.AspNetCore.Mvc;

namespace Kilo.Host;

/// <summary>Turns every failure into RFC 9457 problem details. An exception's text never leaves the process.</summary>
internal static class ProblemResponses
{
    public static void UseProblems(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Kilo.Problems");
        app.Use(async (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            try
            {
                await next(context);
                if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                {
                    await WriteAsync(context, OfStatus(context.Response.StatusCode));
                }
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to answer.
            }
            catch (Exception e)
            {
                var problem = Of(e);
                if (problem == e && problem.Status >= 500)
                {
                    logger.LogWarning("{Method} {Path}: {Status}, {Reason}", context.Request.Method, context.Request.Path, problem.Status, problem.Message);
                }
                else if (problem.Status == 503)
                {
                    // A server that is away: where in the program that was noticed tells nothing.
                    logger.LogWarning("{Method} {Path}: {Status}, {Reason} {Cause}", context.Request.Method, context.Request.Path, problem.Status, e.Message, e.InnerException?.Message);
                }
                else if (problem.Status >= 500)
                {
                    logger.LogError(e, "{Method} {Path} failed with {Status}.", context.Request.Method, context.Request.Path, problem.Status);
                }
                if (context.Response.HasStarted)
                {
                    // The client must not take what it got for the whole.
                    context.Abort();
                    return;
                }
                await WriteAsync(context, problem);
            }
        });
    }

    private static Problem Of(Exception exception) => exception switch
    {
        Problem problem => problem,
        BadHttpRequestException { StatusCode: 408 or 413 or 415 } refused => OfStatus(refused.StatusCode),
        BadHttpRequestException => OfStatus(400),
        LogUnavailableException => new Problem(503, "log-unavailable", "Nothing can be stored right now. What you sent was not accepted; try again.") { RetryAfter = 5 },
        ContentUnavailableException => new Problem(503, "content-unavailable", "Files cannot be stored or read right now. What you sent was not accepted; try again.") { RetryAfter = 5 },
        ViewsUnavailableException => new Problem(503, "views-unavailable", "Lists cannot be read right now. What was stored is safe; try again.") { RetryAfter = 5 },
        SessionsUnavailableException => new Problem(503, "sessions-unavailable", "Sessions cannot be read right now. You stay signed in; try again.") { RetryAfter = 2 },
        _ => new Problem(500, "internal", "Something went wrong here. The operator's log has it under the trace id."),
    };

    private static Problem OfStatus(int status) => status switch
    {
        400 => new Problem(400, "bad-request", "A parameter or the body is not what this call takes, or the body ended early. See /docs."),
        404 => new Problem(404, "not-found", "There is nothing at this address."),
        405 => new Problem(405, "method-not-allowed", "This address does not take this method."),
        408 => new Problem(408, "too-slow", "The body came too slowly. Send it again."),
        413 => new Problem(413, "body-too-large", "The body is larger than 1 MiB, which is the most that this call takes."),
        415 => new Problem(415, "unsupported-media-type", "Send the body as application/json; a file as multipart/form-data."),
        _ => new Problem(status, "refused", "The request was refused."),
    };

    private static Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = response.Headers.ETag = response.Headers.LastModified = default;
        response.ContentLength = null;
        if (problem.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        return response.WriteAsJsonAsync(new ProblemDetails
        {
            Type = $"urn:kilo:problem:{problem.Code}",
            // 460 is tus's own and has no phrase.
            Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status) is { Length: > 0 } phrase ? phrase : "Refused",
            Status = problem.Status,
            Detail = problem.Message,
            Extensions = { ["traceId"] = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
        }, (System.Text.Json.JsonSerializerOptions?)null, "application/problem+json", context.RequestAborted);
    }
}
