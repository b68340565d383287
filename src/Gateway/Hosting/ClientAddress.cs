using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// The address a request comes from: the socket's, unless the peer is a trusted proxy; then the right-most entry of
/// <c>X-Forwarded-For</c> that is not a trusted proxy itself, because everything left of it is what the client claims.
/// </summary>
public sealed class ClientAddress
{
    private readonly AddressSet _proxies;

    public ClientAddress(IOptions<NetworkOptions> options) => _proxies = AddressSet.Parse(options.Value.TrustedProxies, out _);

    /// <summary>The client's address; null where there is no socket, as on a pipe.</summary>
    public IPAddress? Of(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (peer is { IsIPv4MappedToIPv6: true })
        {
            peer = peer.MapToIPv4();
        }

        return _proxies.IsEmpty || peer is null || !_proxies.Contains(peer) ? peer : Forwarded(context, peer);
    }

    /// <summary>True when the request came through a trusted proxy, whose <c>X-Forwarded-*</c> are believed.</summary>
    public bool IsFromTrustedProxy(HttpContext context) =>
        !_proxies.IsEmpty && context.Connection.RemoteIpAddress is { } peer && _proxies.Contains(peer);

    private IPAddress Forwarded(HttpContext context, IPAddress peer)
    {
        var values = context.Request.Headers["X-Forwarded-For"];
        var client = peer;
        for (var i = values.Count - 1; i >= 0; i--)
        {
            var entries = (values[i] ?? "").Split(',', StringSplitOptions.TrimEntries);
            for (var j = entries.Length - 1; j >= 0; j--)
            {
                if (!TryParseEntry(entries[j], out var address))
                {
                    // An entry that is no address ends the chain of what trusted proxies vouch for.
                    return client;
                }

                client = address;
                if (!_proxies.Contains(address))
                {
                    return client;
                }
            }
        }

        return client;
    }

    /// <summary>Reads <c>1.2.3.4</c>, <c>1.2.3.4:567</c>, <c>2001:db8::1</c> and <c>[2001:db8::1]:567</c>.</summary>
    private static bool TryParseEntry(string entry, out IPAddress address)
    {
        if (IPAddress.TryParse(entry, out var plain))
        {
            address = plain.IsIPv4MappedToIPv6 ? plain.MapToIPv4() : plain;
            return true;
        }

        var read = IPEndPoint.TryParse(entry, out var endPoint);
        address = endPoint?.Address ?? IPAddress.None;
        return read;
    }
}
