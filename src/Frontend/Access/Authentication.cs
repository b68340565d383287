using System.Net;
using McpGateway.Abstractions.Access;

namespace McpGateway.Frontend.Access;

/// <summary>What the credentials of a request came to.</summary>
internal enum AuthenticationStatus
{
    /// <summary>They are good.</summary>
    Authenticated,

    /// <summary>There are none. Whoever serves the request decides whether anonymous callers may have it.</summary>
    Missing,

    /// <summary>They are not ours, were altered or revoked, or their user is gone: 401.</summary>
    Invalid,

    /// <summary>They were good once: 401.</summary>
    Expired,

    /// <summary>The token may not be used from the client's address: 403.</summary>
    WrongNetwork,

    /// <summary>Nobody can say now: 503.</summary>
    Unavailable,
}

/// <summary>The outcome of <see cref="RequestAuthenticator.AuthenticateAsync"/>.</summary>
/// <param name="Identity">Set when authenticated; <see cref="CallerIdentity.Anonymous"/> when credentials are missing; else null.</param>
/// <param name="Address">The client's address.</param>
internal readonly record struct Authentication(AuthenticationStatus Status, CallerIdentity? Identity, IPAddress? Address)
{
    public bool IsAuthenticated => Status == AuthenticationStatus.Authenticated;

    /// <summary>True when the request must not be served, whatever it asks for.</summary>
    public bool IsRefused => Status is not (AuthenticationStatus.Authenticated or AuthenticationStatus.Missing);

    /// <summary>The argument of grain calls; only when <see cref="IsRefused"/> is false.</summary>
    public Caller ToCaller(HttpContext context) => Identity!.ToCaller(Address, context.TraceIdentifier);
}
