using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>The catalog's paths, and what requests about its items may say.</summary>
internal static class ItemRequests
{
    private static readonly Field[] s_fields =
    [
        Field.Flag("enabled", "Whether it is offered."),
        Field.Names("tags", "To find it by, and to choose it for virtual servers."),
    ];

    private static readonly RequestShape s_tool = new("Tool", "tool", s_fields,
        "name", "title", "custom_name", "display_name", "url", "description", "integration_type", "request_type", "headers", "input_schema",
        "output_schema", "annotations", "extension_metadata", "jsonpath_filter", "auth", "auth_headers", "gateway_id", "deprecated", "team_id",
        "owner_email", "visibility", "base_url", "path_template", "query_mapping", "header_mapping", "timeout_ms", "expose_passthrough",
        "allowlist", "plugin_chain_pre", "plugin_chain_post");

    private static readonly RequestShape s_prompt = new("Prompt", "prompt", s_fields,
        "name", "custom_name", "display_name", "title", "description", "template", "arguments", "team_id", "owner_email", "visibility", "gateway_id");

    private static readonly RequestShape s_resource = new("Resource", "resource", s_fields,
        "uri", "name", "description", "title", "mime_type", "uri_template", "content", "extension_metadata", "team_id", "owner_email", "visibility",
        "gateway_id");

    public static QueryShape List { get; } = QueryShape.List(
        QueryField.Text("gateway_id", "Of this MCP server."),
        QueryField.Text("q", "Part of name, title or description, in any case."),
        QueryField.Text("tag", "Carries this tag."),
        QueryField.Flag("enabled", "Is switched on, or off."),
        QueryField.Flag("include_inactive", "false: only what is switched on. Default: true."),
        QueryField.Flag("include_unavailable", "Also what its MCP server no longer lists. Default: false."));

    public static RequestShape Approval { get; } = new("Approval", null,
        [
            Field.Text("definition_hash", "The definitionHash that was reviewed: refused when the MCP server has changed the definition since. Default: whatever it says now."),
        ]);

    public static void Map(RouteGroupBuilder routes)
    {
        new ItemEndpoints<ToolAnswer>(
            "Tools", "/tools", s_tool, [ItemKind.Tool], ToolAnswer.Of, AdminJson.Default.ToolAnswer, AdminJson.Default.ToolAnswerArray).Map(routes);
        new ItemEndpoints<PromptAnswer>(
            "Prompts", "/prompts", s_prompt, [ItemKind.Prompt], PromptAnswer.Of, AdminJson.Default.PromptAnswer, AdminJson.Default.PromptAnswerArray)
            .Map(routes);

        // One id names a resource or a template; the ids of both are looked up under the one path.
        Resources("/resources", ItemKind.Resource, ItemKind.ResourceTemplate).Map(routes);
        Resources("/resources/templates", ItemKind.ResourceTemplate).MapList(routes);
        Resources("/resources/templates/list", ItemKind.ResourceTemplate).MapList(routes);
    }

    private static ItemEndpoints<ResourceAnswer> Resources(string path, params ReadOnlySpan<ItemKind> kinds) => new(
        "Resources", path, s_resource, [.. kinds], ResourceAnswer.Of, AdminJson.Default.ResourceAnswer, AdminJson.Default.ResourceAnswerArray);
}
