using System.Collections.Frozen;
using System.Text;

namespace McpGateway.Protocol.Mcp;

/// <summary>Names of <see cref="McpMethod"/>s and the way back, without allocation.</summary>
public static class McpMethods
{
    private static readonly string[] s_names =
    [
        "",
        "initialize",
        "ping",
        "server/discover",
        "subscriptions/listen",
        "tools/list",
        "tools/call",
        "prompts/list",
        "prompts/get",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/subscribe",
        "resources/unsubscribe",
        "resources/directory/read",
        "completion/complete",
        "logging/setLevel",
        "tasks/get",
        "tasks/result",
        "tasks/list",
        "tasks/cancel",
        "tasks/update",
        "skills/list",
        "skills/get",
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/message",
        "notifications/tools/list_changed",
        "notifications/prompts/list_changed",
        "notifications/resources/list_changed",
        "notifications/resources/updated",
        "notifications/roots/list_changed",
        "notifications/elicitation/complete",
        "notifications/tasks/status",
        "notifications/tasks",
        "notifications/subscriptions/acknowledged",
    ];

    private static readonly FrozenDictionary<string, McpMethod> s_byName =
        s_names.Skip(1).Select(static (name, index) => (name, method: (McpMethod)(index + 1))).ToFrozenDictionary(p => p.name, p => p.method);

    private static readonly FrozenDictionary<string, McpMethod>.AlternateLookup<ReadOnlySpan<char>> s_bySpan =
        s_byName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Longest known method name, in bytes.</summary>
    internal static readonly int LongestName = s_names.Max(static name => name.Length);

    /// <summary>The method's name on the wire; empty for <see cref="McpMethod.Unknown"/>.</summary>
    public static string Name(McpMethod method) => s_names[(int)method];

    /// <summary>The method of that name (unescaped UTF-8, without quotes); names are case-sensitive.</summary>
    public static McpMethod Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestName)
        {
            return McpMethod.Unknown;
        }

        Span<char> name = stackalloc char[utf8.Length];
        return Encoding.UTF8.TryGetChars(utf8, name, out var length) ? Find(name[..length]) : McpMethod.Unknown;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public static McpMethod Find(ReadOnlySpan<char> name) => s_bySpan.TryGetValue(name, out var method) ? method : McpMethod.Unknown;
}
