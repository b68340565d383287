using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>Says what failures of HTTP mean: one place for the relay of calls and for everything else that talks to upstreams.</summary>
public static class HttpFailures
{
    /// <summary>What a failed send or a failed read of the answer means.</summary>
    /// <param name="exception">As <see cref="HttpMessageInvoker"/> or the body's stream threw it. Not for our own cancellations.</param>
    /// <param name="sent">Whether the answer had begun, so that the call may have run.</param>
    public static UpstreamFailure From(Exception exception, Uri url, bool sent) => exception switch
    {
        UpstreamException known => known.Failure,
        HttpRequestException failed when Inner<AddressRefusedException>(failed) is { } refused => new(UpstreamFault.Unreachable, refused.Message),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            new(UpstreamFault.Unreachable, $"The host '{url.Host}' is not known to DNS."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } failed =>
            new(UpstreamFault.Unreachable, $"No secure connection to {Place(url)}: {Inner<AuthenticationException>(failed)?.Message ?? "TLS failed."}"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } failed =>
            new(UpstreamFault.Unreachable, DescribeConnection(failed, url)),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new(UpstreamFault.Invalid, "The upstream's answer has too many or too long headers."),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } =>
            new(UpstreamFault.Invalid, $"What {Place(url)} answered is not HTTP."),

        // The only cancellation that reaches this place is the handler's own limit to connecting.
        OperationCanceledException when !sent => new(UpstreamFault.Unreachable, $"No connection to {Place(url)} in time."),
        _ => new(UpstreamFault.Broken, $"The connection to {Place(url)} broke before the answer was complete."),
    };

    /// <summary>What an HTTP status that is no MCP answer means; null for success.</summary>
    /// <param name="inSession">The request named a session, so 404 means that it is not known any more.</param>
    public static UpstreamFailure? From(int status, HttpResponseHeaders headers, bool inSession)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            >= 200 and < 300 => null,
            401 => new(UpstreamFault.Unauthorized, "The upstream wants credentials, or does not accept ours (401).", status),
            403 => new(UpstreamFault.Unauthorized, "The upstream does not allow this to our credentials (403).", status),
            404 when inSession => new(UpstreamFault.SessionLost, "The upstream does not know the session any more (404).", status),
            >= 300 and < 400 => new(
                UpstreamFault.HttpError,
                $"The upstream redirects ({code}) to '{headers.Location}', which is not followed: register the address it really has.",
                status),
            _ => new(UpstreamFault.HttpError, $"The upstream answered with HTTP status {code}.", status),
        };
    }

    private static string DescribeConnection(HttpRequestException failed, Uri url) => Inner<SocketException>(failed)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"{Place(url)} refuses connections.",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => $"The host '{url.Host}' is not known to DNS.",
        SocketError.TimedOut => $"No connection to {Place(url)} in time.",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"There is no route to {Place(url)}.",
        { } other => $"No connection to {Place(url)}: {other}.",
        null => $"No connection to {Place(url)}.",
    };

    private static string Place(Uri url) => url.Authority;

    private static T? Inner<T>(Exception exception)
        where T : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }
}
