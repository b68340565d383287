using System.Text;

namespace McpGateway.Frontend.Mcp;

/// <summary>A JSON-RPC id as a key: the string "1" and the number 1 are different ids.</summary>
internal static class RequestKey
{
    public static string Of(ReadOnlySpan<byte> rawId) => Encoding.UTF8.GetString(rawId);
}
