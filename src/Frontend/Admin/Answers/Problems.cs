using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Access;
using Microsoft.AspNetCore.WebUtilities;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>Turns refusals into answers: the one place that knows which is which status.</summary>
internal static class Problems
{
    public static IResult Of(int status, string detail) => new ProblemResult(status, detail, null);

    public static IResult Of(Refusal refusal) => new ProblemResult(
        Status(refusal), refusal.Detail, refusal.Errors.IsEmpty ? null : refusal.Errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));

    public static IResult Of(AuthenticationStatus status) => new ChallengeResult(AuthenticationChallenge.For(status));

    private static int Status(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => refusal.Errors.IsEmpty ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Limited => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "A refusal without a status."),
    };

    private sealed class ProblemResult(int status, string detail, IReadOnlyDictionary<string, string[]>? errors) : IResult
    {
        // Sign-in is refused for a minute at most; everything else that is busy is so for moments.
        private const string RetryLimited = "60";
        private const string RetryUnavailable = "2";

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            switch (status)
            {
                case StatusCodes.Status401Unauthorized when response.Headers.WWWAuthenticate.Count == 0:
                    response.Headers.WWWAuthenticate = "Bearer";
                    break;
                case StatusCodes.Status429TooManyRequests:
                    response.Headers.RetryAfter = RetryLimited;
                    break;
                case StatusCodes.Status503ServiceUnavailable when response.Headers.RetryAfter.Count == 0:
                    response.Headers.RetryAfter = RetryUnavailable;
                    break;
            }

            var problem = new Problem(
                "about:blank",
                ReasonPhrases.GetReasonPhrase(status),
                status,
                detail,
                httpContext.Request.Path.Value ?? "/",
                httpContext.TraceIdentifier,
                errors);
            return response.WriteAsJsonAsync(problem, AdminJson.Default.Problem, "application/problem+json", httpContext.RequestAborted);
        }
    }

    private sealed class ChallengeResult(AuthenticationChallenge challenge) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            challenge.Apply(httpContext.Response);
            return Of(challenge.StatusCode, challenge.Detail).ExecuteAsync(httpContext);
        }
    }
}
