using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>What requests about MCP servers may say.</summary>
internal static class GatewayRequests
{
    public static RequestShape Body { get; } = new("Gateway", "gateway",
        [
            Field.Text("name", "Unique name. Its lower-case form prefixes the names of tools."),
            Field.Text("description", "What it is for."),
            Field.Text("url", "Address of the MCP endpoint (STREAMABLEHTTP, SSE)."),
            Field.Choice("transport", Words.Transport, "How it is reached. Default: STREAMABLEHTTP with a url, STDIO with a command."),
            Field.Text("command", "Program to start (STDIO; administrators only)."),
            Field.Texts("args", "Its arguments."),
            Field.TextMap("env", "Its environment; it starts with an empty one. Values are sealed and never shown."),
            Field.Text("cwd", "The folder it runs in."),
            Field.Choice("auth_type", Words.Auth, "What the server wants to see."),
            Field.Text("auth_token", "For bearer. Sealed, never shown."),
            Field.Text("auth_username", "For basic."),
            Field.Text("auth_password", "For basic. Sealed, never shown."),
            Field.TextMap("auth_headers", "For headers: name → value, or a list of key and value. Values are sealed and never shown.") with { TakesPairs = true },
            Field.Text("auth_header_key", "For headers: the name of a single one."),
            Field.Text("auth_header_value", "For headers: its value."),
            Field.Names("tags", "To find it by."),
            Field.Choice("visibility", Words.Visibility, "Who may see it: its owner, its team, or every authenticated caller."),
            Field.Text("team_id", "The team it belongs to."),
            Field.Flag("enabled", "Whether it is used. Default: true."),
            Field.Choice("sharing", Words.Sharing, "Who shares one connection. Default: per-session, for STDIO and SSE per-user."),
            Field.Choice("drift_policy", Words.Drift, "What happens when a definition changes after it was approved. Default: hold."),
            Field.Number("refresh_interval_seconds", "Seconds between two looks at its lists, 10 to 86400. Default: 300."),
            Field.Number("timeout_seconds", "Seconds a call may take, 1 to 3600. Default: 60."),
            Field.Number("max_concurrency", "Calls that may run at once from one node, 1 to 10000. Default: 0, what the node's configuration says (Overload:UpstreamConcurrency)."),
        ],
        "passthrough_headers", "oauth_config", "auth_query_param_key", "auth_query_param_value", "auth_value", "one_time_auth", "owner_email",
        "ca_certificate", "ca_certificate_sig", "signing_algorithm", "client_cert", "client_key", "gateway_mode", "identity_propagation");

    public static QueryShape List { get; } = QueryShape.List(
        QueryField.Text("q", "Part of name, description or address, in any case."),
        QueryField.Text("tag", "Carries this tag."),
        QueryField.Choice("state", Words.State, "Is in this state."),
        QueryField.Choice("transport", Words.Transport, "Is reached this way."),
        QueryField.Text("team_id", "Belongs to this team."),
        QueryField.Flag("enabled", "Is switched on, or off."),
        QueryField.Flag("include_inactive", "false: only what is switched on. Default: true."));

    public static QueryShape Wait { get; } = new(QueryField.Number("wait", 0, 20, "Seconds to follow the discovery, 0 to 20. Default: 20."));

    public static QueryShape Activate { get; } = new(QueryField.Flag("activate", "Switch on, or off. Default: true."));

    public static UpstreamInput ToInput(RequestValues values) => new()
    {
        Name = values.Text("name"),
        Description = values.Text("description"),
        Url = values.Text("url"),
        Transport = values.Choice("transport", Words.Transport),
        Command = values.Text("command"),
        Arguments = values.Texts("args"),
        Environment = values.TextMap("env"),
        WorkingFolder = values.Text("cwd"),
        Auth = values.Choice("auth_type", Words.Auth),
        AuthToken = values.Text("auth_token"),
        AuthUsername = values.Text("auth_username"),
        AuthPassword = values.Text("auth_password"),
        AuthHeaders = AuthHeaders(values),
        Tags = values.Texts("tags"),
        Visibility = values.Choice("visibility", Words.Visibility),
        TeamId = values.Text("team_id"),
        Enabled = values.Flag("enabled"),
        Sharing = values.Choice("sharing", Words.Sharing),
        Drift = values.Choice("drift_policy", Words.Drift),
        RefreshSeconds = values.Number("refresh_interval_seconds"),
        TimeoutSeconds = values.Number("timeout_seconds"),
        MaxConcurrency = values.Number("max_concurrency"),
    };

    private static ImmutableDictionary<string, string>? AuthHeaders(RequestValues values)
    {
        var headers = values.TextMap("auth_headers");
        return values.Text("auth_header_key") is { } key
            ? (headers ?? ImmutableDictionary<string, string>.Empty).SetItem(key, values.Text("auth_header_value") ?? "")
            : headers;
    }
}
