using System.Net;
using System.Net.Sockets;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// Networks in CIDR form, and single addresses. IPv4 addresses written as IPv6 (<c>::ffff:10.0.0.1</c>) count as the IPv4 address they
/// carry, in the set and when asking.
/// </summary>
public sealed class AddressSet
{
    private readonly IPNetwork[] _networks;

    private AddressSet(IPNetwork[] networks) => _networks = networks;

    /// <summary>Contains nothing.</summary>
    public static AddressSet Empty { get; } = new([]);

    public bool IsEmpty => _networks.Length == 0;

    /// <summary>Reads all of <paramref name="texts"/>; those that are neither a network nor an address are left out and named.</summary>
    public static AddressSet Parse(IEnumerable<string> texts, out IReadOnlyList<string> unreadable)
    {
        var networks = new List<IPNetwork>();
        var bad = new List<string>();
        foreach (var text in texts)
        {
            if (TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                bad.Add(text);
            }
        }

        unreadable = bad;
        return new AddressSet([.. networks]);
    }

    /// <summary>
    /// Reads <c>10.0.0.0/8</c>, <c>2001:db8::/32</c> or a single address. Host bits must be zero: <c>10.0.0.1/8</c> is more often a
    /// mistake than a wish.
    /// </summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var addressText = slash < 0 ? text : text[..slash];
        if (!IsPlain(addressText) || !IPAddress.TryParse(addressText, out var address) || HasScope(address))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > bits))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            if (length < 96)
            {
                return false;
            }

            address = address.MapToIPv4();
            length -= 96;
        }

        if (!HostBitsAreZero(address, length))
        {
            return false;
        }

        network = new IPNetwork(address, length);
        return true;
    }

    /// <summary>True when one of the networks holds <paramref name="address"/>. No allocation for plain addresses.</summary>
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        foreach (var network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    // IPAddress also reads "1" and "0x7f.1": too clever for an access list.
    private static bool IsPlain(string text) => text.Contains(':', StringComparison.Ordinal)
        || (text.Count(c => c == '.') == 3 && text.All(c => char.IsAsciiDigit(c) || c == '.'));

    private static bool HostBitsAreZero(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasScope(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0;
}
