using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Access;

/// <summary>The access record of an API token as this node keeps it: networks parsed once, identity made once.</summary>
internal sealed class TokenEntry
{
    private readonly AddressSet? _networks;
    private long _usedAtTicks;
    private long _reportedUseTicks;
    private long _reportedAtTicks;

    public TokenEntry(TokenAccess access)
    {
        Access = access;
        Identity = CallerIdentity.OfToken(access);

        // A record with networks that cannot be read admits nobody rather than everybody.
        _networks = access.Networks.IsDefaultOrEmpty ? null : AddressSet.Parse(access.Networks, out _);
    }

    public TokenAccess Access { get; }

    public CallerIdentity Identity { get; }

    public bool Admits(IPAddress? address) => _networks is null || (address is not null && _networks.Contains(address));

    /// <summary>Notes a use; costs one write.</summary>
    public void Touch(DateTimeOffset now) => Volatile.Write(ref _usedAtTicks, now.UtcTicks);

    /// <summary>The last use, if there is one that was not reported and the last report is a minute old.</summary>
    public bool TryTakeReport(DateTimeOffset now, out DateTimeOffset lastUse)
    {
        var used = Volatile.Read(ref _usedAtTicks);
        lastUse = new DateTimeOffset(used, TimeSpan.Zero);
        if (used == _reportedUseTicks || (_reportedAtTicks != 0 && now.UtcTicks - _reportedAtTicks < TimeSpan.TicksPerMinute))
        {
            return false;
        }

        _reportedUseTicks = used;
        _reportedAtTicks = now.UtcTicks;
        return true;
    }
}
