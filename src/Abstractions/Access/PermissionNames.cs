using System.Collections.Frozen;

namespace McpGateway.Abstractions.Access;

/// <summary>The names of permissions in the REST API: <c>area.action</c>, <c>area.*</c> for a whole area, <c>*</c> for all.</summary>
public static class PermissionNames
{
    private static readonly (string Name, Permissions Value)[] s_single =
    [
        ("tools.read", Permissions.ToolsRead), ("tools.execute", Permissions.ToolsExecute), ("tools.update", Permissions.ToolsUpdate),
        ("prompts.read", Permissions.PromptsRead), ("prompts.update", Permissions.PromptsUpdate),
        ("resources.read", Permissions.ResourcesRead), ("resources.update", Permissions.ResourcesUpdate),
        ("servers.read", Permissions.ServersRead), ("servers.use", Permissions.ServersUse), ("servers.create", Permissions.ServersCreate),
        ("servers.update", Permissions.ServersUpdate), ("servers.delete", Permissions.ServersDelete),
        ("servers.anonymous", Permissions.ServersAnonymous),
        ("gateways.read", Permissions.GatewaysRead), ("gateways.create", Permissions.GatewaysCreate),
        ("gateways.update", Permissions.GatewaysUpdate), ("gateways.delete", Permissions.GatewaysDelete),
        ("gateways.stdio", Permissions.GatewaysStdio),
        ("tokens.read", Permissions.TokensRead), ("tokens.create", Permissions.TokensCreate), ("tokens.revoke", Permissions.TokensRevoke),
        ("users.manage", Permissions.UsersManage), ("teams.manage", Permissions.TeamsManage), ("roles.manage", Permissions.RolesManage),
        ("metrics.read", Permissions.MetricsRead), ("metrics.overhead", Permissions.MetricsOverhead), ("audit.read", Permissions.AuditRead),
    ];

    private static readonly FrozenDictionary<string, Permissions> s_byName = s_single
        .Concat(s_single.GroupBy(p => p.Name[..p.Name.IndexOf('.', StringComparison.Ordinal)] + ".*", p => p.Value)
            .Select(area => (area.Key, area.Aggregate((a, b) => a | b))))
        .Append(("*", Permissions.All))
        .ToFrozenDictionary(p => p.Item1, p => p.Item2, StringComparer.OrdinalIgnoreCase);

    /// <summary>The permission or set of permissions with this name.</summary>
    public static bool TryParse(string name, out Permissions permissions) => s_byName.TryGetValue(name, out permissions);

    /// <summary>The names of all single permissions in <paramref name="permissions"/>, in a fixed order.</summary>
    public static IEnumerable<string> Of(Permissions permissions) =>
        s_single.Where(p => (permissions & p.Value) != Permissions.None).Select(p => p.Name);

    /// <summary>Every name that <see cref="TryParse"/> knows, for error messages.</summary>
    public static IEnumerable<string> Known => s_single.Select(p => p.Name);
}
