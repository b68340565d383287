using System.Text;

namespace McpGateway.Frontend.Access;

/// <summary>
/// What every handle that a client gets (session id, question id, request state, task id) is sealed with, so that it is worthless to any
/// other caller and at any other virtual server.
/// </summary>
internal static class CallerBinding
{
    // The separator occurs in neither part, so no two pairs share a binding.

    /// <summary>As text, for the keys of what is kept for a caller at a virtual server.</summary>
    public static string Text(string serverId, string callerKey) => $"{serverId}\n{callerKey}";

    /// <summary>As associated data.</summary>
    public static byte[] Bytes(string serverId, string callerKey) => Encoding.UTF8.GetBytes(Text(serverId, callerKey));
}
