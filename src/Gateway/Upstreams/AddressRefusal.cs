using System.Net;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Why an address may not be called.</summary>
public enum AddressRefusal
{
    /// <summary>It may be called.</summary>
    None,

    /// <summary>0.0.0.0/8, ::, reserved and broadcast addresses: never.</summary>
    Unspecified,

    /// <summary>Multicast: never.</summary>
    Multicast,

    /// <summary>169.254.0.0/16 and fe80::/10: never.</summary>
    LinkLocal,

    /// <summary>Where clouds hand out credentials: never.</summary>
    Metadata,

    /// <summary>This machine: by configuration.</summary>
    Loopback,

    /// <summary>A private network: by configuration.</summary>
    Private,
}

/// <summary>All addresses of a host are refused. The message is for people and names the option that would allow them.</summary>
public sealed class AddressRefusedException : IOException
{
    public AddressRefusedException(string host, IPAddress address, AddressRefusal refusal)
        : base(Describe(host, address, refusal)) => Refusal = refusal;

    public AddressRefusedException()
    {
    }

    public AddressRefusedException(string message)
        : base(message)
    {
    }

    public AddressRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public AddressRefusal Refusal { get; }

    private static string Describe(string host, IPAddress address, AddressRefusal refusal)
    {
        var named = string.Equals(host.Trim('[', ']'), address.ToString(), StringComparison.OrdinalIgnoreCase)
            ? $"The address {address}"
            : $"The address {address} of {host}";
        return refusal switch
        {
            AddressRefusal.Loopback => $"{named} is this machine's own, which is refused unless {UpstreamOptions.Section}:AllowLoopback is true.",
            AddressRefusal.Private =>
                $"{named} is in a private network, which is refused unless {UpstreamOptions.Section}:AllowPrivateNetworks is true or {UpstreamOptions.Section}:AllowedNetworks contains it.",
            AddressRefusal.LinkLocal => $"{named} is link-local, which is always refused.",
            AddressRefusal.Metadata => $"{named} is a cloud's metadata service, which is always refused.",
            AddressRefusal.Multicast => $"{named} is a multicast address, which is always refused.",
            _ => $"{named} is no address of a host, which is always refused.",
        };
    }
}
