using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;
using Microsoft.AspNetCore.WebUtilities;

namespace McpGateway.Frontend.Admin;

/// <summary>
/// The last word on every error: what nobody caught, and what the framework answers without a body, become problem details (JSON-RPC
/// errors where MCP is spoken). Nothing of the inside gets out; the log has it under the request's id.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const string TimedOut = "The gateway did not answer in time. Whether a change was made is not known: look, then try again.";
    private const string Away = "A part of the gateway is away at the moment; try again.";
    private const string Raced = "Somebody else changed this at the same time; look, then try again.";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is nobody to answer.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
            return;
        }

        if (IsBare(context))
        {
            await EdgeErrors.WriteAsync(context, context.Response.StatusCode, Describe(context));
        }
    }

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        var (status, detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            GrainStateConflictException => (StatusCodes.Status409Conflict, Raced),
            TimeoutException => (StatusCodes.Status503ServiceUnavailable, TimedOut),
            _ when GrainFailure.IsTransient(exception) => (StatusCodes.Status503ServiceUnavailable, Away),
            _ => (StatusCodes.Status500InternalServerError, "The gateway failed. Its log has the reason under this request's id."),
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, exception);
        }

        var allowOrigin = context.Response.Headers.AccessControlAllowOrigin;
        context.Response.Clear();
        context.Response.Headers[RequestIds.Header] = context.TraceIdentifier;
        context.Response.Headers.AccessControlAllowOrigin = allowOrigin;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "2";
        }

        return EdgeErrors.WriteAsync(context, status, detail);
    }

    private static bool IsBare(HttpContext context) =>
        !context.Response.HasStarted
        && context.Response.StatusCode >= StatusCodes.Status400BadRequest
        && context.Response.ContentLength is null
        && context.Response.ContentType is null;

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}.",
        var status => ReasonPhrases.GetReasonPhrase(status) + ".",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (request {RequestId}).")]
    private static partial void LogFailed(ILogger logger, string method, string path, string requestId, Exception exception);
}
