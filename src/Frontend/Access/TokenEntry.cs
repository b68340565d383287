using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Frontend.Access;

/// <summary>The access record of an API token as this node keeps it: networks parsed once, identity made once.</summary>
internal sealed class TokenEntry
{
    // A node that is asked nothing with a token does not hold its secret any longer.
    private static readonly TimeSpan s_proofKept = TimeSpan.FromMinutes(5);

    private readonly AddressSet? _networks;
    private char[]? _proven;
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

    /// <summary>Notes the whole text of the token, of which it was found to be true.</summary>
    public void Prove(ReadOnlySpan<char> text) => Volatile.Write(ref _proven, text.ToArray());

    /// <summary>True for the text that was proven, without MAC and hash. How long that takes says nothing of how much of it is right.</summary>
    public bool IsProven(ReadOnlySpan<char> text) => Volatile.Read(ref _proven) is { } proven && SecretText.AreEqual(proven, text);

    /// <summary>Forgets the text of a token that has not been used for some minutes.</summary>
    public void ForgetProof(DateTimeOffset now)
    {
        if (_proven is not null && now.UtcTicks - Volatile.Read(ref _usedAtTicks) > s_proofKept.Ticks)
        {
            Volatile.Write(ref _proven, null);
        }
    }

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

    /// <summary>The report did not arrive: it is made again a minute after it, whether the token was used meanwhile or not.</summary>
    public void ReportLost() => _reportedUseTicks = 0;
}
