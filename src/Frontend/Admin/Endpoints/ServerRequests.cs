using System.Collections.Immutable;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>What requests about virtual servers may say.</summary>
internal static class ServerRequests
{
    private static readonly RequestShape s_override = new("ToolOverride", wrapper: null,
    [
        Field.Text("name", "The tool's name inside this virtual server."),
        Field.Text("description", "Its description inside this virtual server."),
    ]);

    public static RequestShape Body { get; } = new("Server", "server",
        [
            Field.Text("name", "Unique name."),
            Field.Text("description", "What it is for."),
            Field.Names("associated_tools", "Tools, by id or by name in the catalog."),
            Field.Names("associated_resources", "Resources and resource templates, by id or URI."),
            Field.Names("associated_prompts", "Prompts, by id or by name in the catalog."),
            Field.Names("associated_gateways", "MCP servers of which everything is included, now and later."),
            Field.Names("associated_tags", "Everything that carries one of these tags is included, now and later."),
            Field.ObjectMap("tools", s_override, "Tool → another name or description inside this virtual server."),
            Field.Names("tags", "To find it by."),
            Field.Choice("visibility", Words.Visibility, "Who may see and use it: its owner, its team, or every authenticated caller."),
            Field.Text("team_id", "The team it belongs to."),
            Field.Flag("anonymous", "Open to callers without a token (administrators only). Default: false."),
            Field.Flag("enabled", "Whether it is served. Default: true."),
            Field.Text("instructions", "What clients are told about it."),
            Field.Text("separator", "Between MCP server and tool in names: -, _, . or __."),
        ],
        "id", "icon", "owner_email", "oauth_enabled", "oauth_config", "associated_a2a_agents");

    public static QueryShape List { get; } = QueryShape.List(
        QueryField.Text("q", "Part of name or description, in any case."),
        QueryField.Text("tag", "Carries this tag."),
        QueryField.Text("team_id", "Belongs to this team."),
        QueryField.Flag("enabled", "Is switched on, or off."),
        QueryField.Flag("include_inactive", "false: only what is switched on. Default: true."));

    public static ServerInput ToInput(RequestValues values) => new()
    {
        Name = values.Text("name"),
        Description = values.Text("description"),
        Tools = values.Texts("associated_tools"),
        Resources = values.Texts("associated_resources"),
        Prompts = values.Texts("associated_prompts"),
        Gateways = values.Texts("associated_gateways"),
        ItemTags = values.Texts("associated_tags"),
        Overrides = values.ObjectMap("tools")?.ToImmutableDictionary(
            pair => pair.Key, pair => new ItemOverride(pair.Value.Text("name"), pair.Value.Text("description"))),
        Tags = values.Texts("tags"),
        Visibility = values.Choice("visibility", Words.Visibility),
        TeamId = values.Text("team_id"),
        Anonymous = values.Flag("anonymous"),
        Enabled = values.Flag("enabled"),
        Instructions = values.Text("instructions"),
        Separator = values.Text("separator"),
    };
}
