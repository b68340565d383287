using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams;

/// <summary>
/// Decides which addresses outgoing connections may have (SSRF). It is asked at connect time about the very addresses that DNS gave and
/// connects to those, so a name that changes its mind between check and use gains nothing.
/// </summary>
public sealed class AddressGuard
{
    private static readonly IPNetwork[] s_never4 = Networks("0.0.0.0/8", "240.0.0.0/4");
    private static readonly IPNetwork[] s_private = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "fc00::/7", "fec0::/10", "64:ff9b:1::/48");

    // AWS, Azure, GCP and Oracle use 169.254.169.254 too; these are the ones outside the link-local ranges.
    private static readonly IPAddress[] s_metadata =
    [
        IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("192.0.0.192"),
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"),
    ];

    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_teredo = IPNetwork.Parse("2001::/32");
    private static readonly IPNetwork s_ipv4Compatible = IPNetwork.Parse("::/96");

    private readonly UpstreamOptions _options;
    private readonly IPNetwork[] _allowed;
    private volatile bool _listenersAreLoopback;

    public AddressGuard(IOptions<UpstreamOptions> options)
    {
        _options = options.Value;
        _allowed = Networks([.. _options.AllowedNetworks]);
    }

    /// <summary>
    /// True while nobody but this machine can reach us. The host says so once it knows its listeners; it is what decides about loopback
    /// and private addresses where the configuration does not. Until then: false.
    /// </summary>
    public bool ListenersAreLoopback
    {
        get => _listenersAreLoopback;
        set => _listenersAreLoopback = value;
    }

    /// <summary>Whether this address may be called, and if not, why.</summary>
    public AddressRefusal Check(IPAddress address)
    {
        address = Embedded(address);
        if (IsIn(s_never4, address) || address.Equals(IPAddress.IPv6Any))
        {
            return AddressRefusal.Unspecified;
        }

        if (address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && FirstByte(address) is >= 224 and < 240))
        {
            return AddressRefusal.Multicast;
        }

        if (address.IsIPv6LinkLocal || IsLinkLocal4(address))
        {
            return AddressRefusal.LinkLocal;
        }

        if (Array.IndexOf(s_metadata, address) >= 0)
        {
            return AddressRefusal.Metadata;
        }

        if (IPAddress.IsLoopback(address))
        {
            return (_options.AllowLoopback ?? _listenersAreLoopback) || IsIn(_allowed, address) ? AddressRefusal.None : AddressRefusal.Loopback;
        }

        return IsIn(s_private, address) && !(_options.AllowPrivateNetworks ?? _listenersAreLoopback) && !IsIn(_allowed, address)
            ? AddressRefusal.Private
            : AddressRefusal.None;
    }

    /// <summary>Connects to an allowed address of the host: what <see cref="SocketsHttpHandler.ConnectCallback"/> wants.</summary>
    /// <exception cref="AddressRefusedException">The host has addresses, but none that may be called.</exception>
    /// <exception cref="SocketException">The name is unknown, or no allowed address answers.</exception>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Check(address) == AddressRefusal.None);
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new AddressRefusedException(host, addresses[0], Check(addresses[0]));
        }

        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(allowed[i], context.DnsEndPoint.Port), i == allowed.Length - 1, cancellationToken);
            }
            catch (Exception failure) when (
                i < allowed.Length - 1 && !cancellationToken.IsCancellationRequested && failure is SocketException or OperationCanceledException)
            {
                // The next address may answer.
            }
        }
    }

    private async ValueTask<Stream> ConnectAsync(IPEndPoint endPoint, bool last, CancellationToken cancellationToken)
    {
        // An address that swallows packets must not eat the time of those after it.
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!last)
        {
            impatient.CancelAfter(_options.ConnectTimeout / 3);
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, impatient.Token);
            return new UpstreamStream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The IPv4 address that an IPv6 one stands for, where it does: judged is where the packets end up.</summary>
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (s_nat64.Contains(address))
        {
            return new IPAddress(bytes[12..]);
        }

        if (s_sixToFour.Contains(address))
        {
            return new IPAddress(bytes.Slice(2, 4));
        }

        if (s_teredo.Contains(address))
        {
            // Teredo stores the client's address inverted.
            return new IPAddress((long)(uint)~BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
        }

        return s_ipv4Compatible.Contains(address) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.IPv6Loopback)
            ? new IPAddress(bytes[12..])
            : address;
    }

    private static bool IsLinkLocal4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(bytes, out _) && bytes[0] == 169 && bytes[1] == 254;
    }

    private static byte FirstByte(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return bytes[0];
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(text => IPNetwork.Parse(text))];
}
