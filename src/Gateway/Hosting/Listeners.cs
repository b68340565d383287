using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace McpGateway.Gateway.Hosting;

/// <summary>Where this process listens. Known only once it has started, so it is asked when a request is there.</summary>
public sealed class Listeners(IServer server)
{
    private volatile object? _loopbackOnly;

    /// <summary>True while every address is a loopback one: then only programs of this machine, and web pages they show, can reach us.</summary>
    public bool AreLoopbackOnly
    {
        get
        {
            if (_loopbackOnly is bool known)
            {
                return known;
            }

            var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses;
            if (addresses is null || addresses.Count == 0)
            {
                return false;
            }

            var loopback = addresses.All(IsLoopback);
            _loopbackOnly = loopback;
            return loopback;
        }
    }

    /// <summary>True for an address such as <c>http://127.0.0.1:4444</c> that only this machine can reach.</summary>
    public static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
