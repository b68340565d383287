using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Access;

/// <summary>
/// Which sign-in tokens were found good in the last five minutes, by their hash: checking a signature costs more than a look-up. The
/// user behind them is looked up anew for each request.
/// </summary>
internal sealed class SignInCache(SignInTokens tokens, IOptions<AccessOptions> options, TimeProvider time)
{
    // Larger than any token of ours; what is longer is refused before any work is done for it.
    private const int LongestToken = 4096;
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Hash, (SignInClaims Claims, long CheckedAt)> _good = new();

    /// <summary>What the token says; null when it is not ours. The caller looks at expiry, user and stamp.</summary>
    public async ValueTask<SignInClaims?> ReadAsync(string token)
    {
        if (token.Length > LongestToken)
        {
            return null;
        }

        var hash = Hash.Of(token);
        if (_good.TryGetValue(hash, out var known) && time.GetElapsedTime(known.CheckedAt) < s_kept)
        {
            return known.Claims;
        }

        var claims = await tokens.ReadAsync(token);
        if (claims is not null)
        {
            Keep(hash, claims);
        }

        return claims;
    }

    private void Keep(Hash hash, SignInClaims claims)
    {
        // Full: whatever is in it costs one signature check to have again.
        if (_good.Count >= options.Value.CacheSize)
        {
            _good.Clear();
        }

        _good[hash] = (claims, time.GetTimestamp());
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Hash(UInt128 First, UInt128 Second)
    {
        public static Hash Of(string token)
        {
            Span<byte> utf8 = stackalloc byte[LongestToken * 3];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], digest);
            return MemoryMarshal.Read<Hash>(digest);
        }
    }
}
