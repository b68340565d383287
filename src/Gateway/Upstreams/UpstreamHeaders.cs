using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Gateway.Upstreams;

/// <summary>A header that every request to an upstream carries.</summary>
public readonly record struct UpstreamHeader(string Name, string Value);

/// <summary>Seals and opens what an upstream wants to see before it serves us: "name: value" lines, bound to the upstream's id.</summary>
public sealed class UpstreamHeaders
{
    /// <summary>Purpose of the keys that seal them.</summary>
    public const string Purpose = "upstream-headers";

    // Ours by protocol, or meaningful to one hop only.
    private static readonly FrozenSet<string> s_ours = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect", "Host", "Keep-Alive",
        "Last-Event-ID", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade");

    private readonly Sealer _sealer;

    public UpstreamHeaders(KeyRing keys) => _sealer = keys.Sealer(Purpose);

    /// <summary>The headers of a route, ready to be added to requests. The caller keeps the array as long as the route.</summary>
    /// <returns>Null when they cannot be opened: altered, or sealed under a master key that this node does not have.</returns>
    public UpstreamHeader[]? Open(UpstreamRoute route) => Open(route.Id, route.SealedHeaders.Span);

    /// <inheritdoc cref="Open(UpstreamRoute)"/>
    public UpstreamHeader[]? Open(string upstreamId, ReadOnlySpan<byte> sealedHeaders)
    {
        if (sealedHeaders.IsEmpty)
        {
            return [];
        }

        var text = _sealer.OpenText(sealedHeaders, upstreamId);
        return text?
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (Line: line, Colon: line.IndexOf(':', StringComparison.Ordinal)))
            .Where(part => part.Colon > 0)
            .Select(part => new UpstreamHeader(part.Line[..part.Colon], part.Line[(part.Colon + 1)..].Trim()))
            .ToArray();
    }

    /// <summary>Seals headers for storage; empty for none. Names and values must have passed <see cref="Refuse"/>.</summary>
    public byte[] Seal(string upstreamId, IReadOnlyCollection<UpstreamHeader> headers) =>
        headers.Count == 0
            ? []
            : _sealer.Seal(string.Join('\n', headers.Select(header => $"{header.Name}: {header.Value}")), upstreamId);

    /// <inheritdoc cref="Sealer.Renew"/>
    public byte[]? Renew(string upstreamId, byte[] sealedHeaders) => _sealer.Renew(sealedHeaders, upstreamId);

    /// <summary>What is wrong with a header of an administrator's choice; null when it may be sent.</summary>
    public static string? Refuse(string name, string value)
    {
        if (name.Length is 0 or > 128 || !name.All(IsTokenCharacter))
        {
            return $"'{name}' is no header name.";
        }

        if (s_ours.Contains(name) || name.StartsWith("Mcp-", StringComparison.OrdinalIgnoreCase))
        {
            return $"The header '{name}' is set by the gateway and cannot be configured.";
        }

        return value.Length > 8192 || value.Any(c => c is < ' ' or > '~')
            ? $"The value of the header '{name}' must be printable ASCII, at most 8,192 characters."
            : null;
    }

    /// <summary>The headers that authentication settings amount to. Fields that the kind does not use are ignored.</summary>
    public static ImmutableArray<UpstreamHeader> From(UpstreamInput input) => input.Auth switch
    {
        AuthKind.Bearer when input.AuthToken is { } token => [new("Authorization", $"Bearer {token}")],
        AuthKind.Basic when input.AuthUsername is { } user =>
            [new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{input.AuthPassword}"))}")],
        AuthKind.Headers when input.AuthHeaders is { } headers =>
            [.. headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Select(header => new UpstreamHeader(header.Key, header.Value))],
        _ => [],
    };

    internal static void Apply(ReadOnlySpan<UpstreamHeader> headers, HttpRequestHeaders target)
    {
        foreach (var header in headers)
        {
            target.TryAddWithoutValidation(header.Name, header.Value);
        }
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
