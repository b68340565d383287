using System.Security.Cryptography;
using System.Text;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// The form of API tokens: <c>mcpg_&lt;id&gt;_&lt;secret&gt;_&lt;mac&gt;</c>, lower-case hexadecimal. The MAC lets any node refuse a made-up token
/// without asking anybody; only the secret's SHA-256 is stored.
/// </summary>
public sealed class ApiToken
{
    private const string Prefix = "mcpg_";
    private const int IdDigits = 16;
    private const int SecretDigits = 48;
    private const int MacDigits = 24;
    private const int TotalLength = 5 + IdDigits + 1 + SecretDigits + 1 + MacDigits;

    private readonly Signer _signer;

    public ApiToken(KeyRing keys) => _signer = keys.Signer("api-token");

    /// <summary>Makes a new token.</summary>
    public NewApiToken Create()
    {
        var id = RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);
        var secret = RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true);
        var signed = $"{Prefix}{id}_{secret}";
        Span<byte> mac = stackalloc byte[MacDigits / 2];
        _signer.Sign(Encoding.ASCII.GetBytes(signed), mac);
        return new NewApiToken(id, $"{signed}_{Convert.ToHexStringLower(mac)}", HashSecret(secret));
    }

    /// <summary>True for text that claims to be such a token.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The public id that a text of a token's length names; whether it is one remains to be checked. Empty for other lengths.</summary>
    public static ReadOnlySpan<char> NamedId(ReadOnlySpan<char> text) => text.Length == TotalLength ? text.Slice(Prefix.Length, IdDigits) : default;

    /// <summary>Checks form and MAC; gives the public id and the hash of the secret, 32 bytes into <paramref name="secretHash"/>.</summary>
    public bool TryRead(ReadOnlySpan<char> text, Span<char> id, Span<byte> secretHash)
    {
        if (text.Length != TotalLength || !LooksLikeOne(text) || text[Prefix.Length + IdDigits] != '_' || text[^(MacDigits + 1)] != '_')
        {
            return false;
        }

        Span<byte> ascii = stackalloc byte[TotalLength];
        Span<byte> mac = stackalloc byte[MacDigits / 2];
        if (Encoding.ASCII.GetBytes(text, ascii) != TotalLength
            || Convert.FromHexString(text[^MacDigits..], mac, out _, out _) != System.Buffers.OperationStatus.Done
            || !_signer.Verify(ascii[..^(MacDigits + 1)], mac))
        {
            return false;
        }

        text.Slice(Prefix.Length, IdDigits).CopyTo(id);
        SHA256.HashData(ascii.Slice(Prefix.Length + IdDigits + 1, SecretDigits), secretHash);
        return true;
    }

    private static byte[] HashSecret(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}

/// <summary>A token just made. <paramref name="Text"/> is what its owner gets and nobody keeps.</summary>
public sealed record NewApiToken(string Id, string Text, byte[] SecretHash);
