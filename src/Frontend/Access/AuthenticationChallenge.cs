namespace McpGateway.Frontend.Access;

/// <summary>What HTTP says of credentials that are not good: one table for the REST API and the MCP endpoints.</summary>
/// <param name="StatusCode">401, 403 or 503.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="WwwAuthenticate">Value of that header (RFC 6750 §3), null for none.</param>
internal sealed record AuthenticationChallenge(int StatusCode, string Detail, string? WwwAuthenticate)
{
    private static readonly AuthenticationChallenge s_missing = new(
        StatusCodes.Status401Unauthorized, "This needs a bearer token in the Authorization header.", "Bearer");

    private static readonly AuthenticationChallenge s_invalid = new(
        StatusCodes.Status401Unauthorized,
        "The bearer token is not valid: it is not one of ours, was revoked, or its user is gone.",
        "Bearer error=\"invalid_token\", error_description=\"The token is not valid.\"");

    private static readonly AuthenticationChallenge s_expired = new(
        StatusCodes.Status401Unauthorized,
        "The bearer token has expired.",
        "Bearer error=\"invalid_token\", error_description=\"The token has expired.\"");

    private static readonly AuthenticationChallenge s_network = new(
        StatusCodes.Status403Forbidden, "The bearer token may not be used from this network address.", null);

    private static readonly AuthenticationChallenge s_unavailable = new(
        StatusCodes.Status503ServiceUnavailable, "The bearer token cannot be checked at the moment; try again.", null);

    public static AuthenticationChallenge For(AuthenticationStatus status) => status switch
    {
        AuthenticationStatus.Missing => s_missing,
        AuthenticationStatus.Invalid => s_invalid,
        AuthenticationStatus.Expired => s_expired,
        AuthenticationStatus.WrongNetwork => s_network,
        AuthenticationStatus.Unavailable => s_unavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Good credentials have no challenge."),
    };

    /// <summary>Sets status and headers; the body is the caller's, problem details or JSON-RPC.</summary>
    public void Apply(HttpResponse response)
    {
        response.StatusCode = StatusCode;
        if (WwwAuthenticate is not null)
        {
            response.Headers.WWWAuthenticate = WwwAuthenticate;
        }

        if (StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }
    }
}
