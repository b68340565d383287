using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/gateways/import</c>: the configuration file of an MCP client, one result for each of its servers.</summary>
internal static partial class GatewayImport
{
    private const int MostServers = 200;

    private static readonly RequestShape s_entry = new("ImportedServer", wrapper: null,
        [
            Field.Text("command", "Program to start."),
            Field.Texts("args", "Its arguments."),
            Field.TextMap("env", "Its environment."),
            Field.Text("cwd", "The folder it runs in."),
            Field.Text("url", "Address of the MCP endpoint."),
            Field.Text("server_url", "Another word for url."),
            Field.Text("http_url", "Another word for url, always Streamable HTTP."),
            Field.Text("type", "stdio, http, streamable-http or sse."),
            Field.Text("transport", "Another word for type."),
            Field.TextMap("headers", "Headers that are sent."),
            Field.Text("description", "What it is for."),
            Field.Flag("disabled", "Registered, but not used."),
        ],
        "timeout", "auto_approve", "always_allow", "trust", "env_file", "include_tools", "exclude_tools", "gallery", "dev", "version", "tools");

    public static RequestShape Body { get; } = new("Import", wrapper: null,
    [
        Field.ObjectMap("mcp_servers", s_entry, "Name → server, as in the configuration files of Claude, Cursor and others."),
        Field.ObjectMap("servers", s_entry, "The same, as VS Code calls it."),
    ],
    "inputs");

    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/gateways/import", ImportAsync)
        .Says("MCP servers", "Register all servers of an MCP client's configuration file")
        .Takes(Body)
        .Gives<ImportAnswer>();

    private static async Task<IResult> ImportAsync(HttpContext context, RequestBody bodies, AdminGrains grains)
    {
        var (document, problem) = await bodies.ReadDocumentAsync(context);
        using (document)
        {
            if (problem is not null)
            {
                return problem;
            }

            var errors = new FieldErrors();
            var servers = FindServers(document!.RootElement, errors);
            if (errors.Any)
            {
                return Problems.Of(errors.ToRefusal());
            }

            var results = new List<ImportResult>();
            foreach (var server in servers)
            {
                results.Add(await ImportOneAsync(context, server.Name, server.Value, grains));
            }

            var created = results.Count(result => result.Gateway is not null);
            return TypedResults.Json(new ImportAnswer(created, results.Count - created, [.. results]), AdminJson.Default.ImportAnswer);
        }
    }

    private static JsonProperty[] FindServers(JsonElement root, FieldErrors errors)
    {
        foreach (var property in root.EnumerateObject().Where(property => property.Name is not ("mcpServers" or "mcp_servers" or "servers" or "inputs")))
        {
            errors.Add(property.Name, "is not a field of this request. It may have: mcpServers.");
        }

        foreach (var name in (ReadOnlySpan<string>)["mcpServers", "mcp_servers", "servers"])
        {
            if (!root.TryGetProperty(name, out var servers))
            {
                continue;
            }

            if (servers.ValueKind != JsonValueKind.Object)
            {
                errors.Add(name, "must be an object: name → server.");
                return [];
            }

            JsonProperty[] found = [.. servers.EnumerateObject()];
            if (found.Length is 0 or > MostServers)
            {
                errors.Add(name, $"must hold 1 to {MostServers} servers. It holds {found.Length}.");
            }

            return found;
        }

        errors.Add("mcpServers", "is required.");
        return [];
    }

    private static async Task<ImportResult> ImportOneAsync(HttpContext context, string name, JsonElement json, AdminGrains grains)
    {
        var errors = new FieldErrors();
        var input = Read(name, json, errors, context);
        if (errors.Any)
        {
            return Failed(name, errors.ToRefusal());
        }

        var outcome = await grains.Catalog.CreateUpstreamAsync(context.GetCaller(), input, context.RequestAborted);
        return outcome.Succeeded ? new(name, "created", GatewayAnswer.Of(outcome.Value), null, null) : Failed(name, outcome.Refusal);
    }

    private static ImportResult Failed(string name, Refusal refusal) =>
        new(name, "failed", null, refusal.Detail, refusal.Errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));

    private static UpstreamInput Read(string name, JsonElement json, FieldErrors errors, HttpContext context)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(name, "must be an object.");
            return new UpstreamInput();
        }

        var ignored = new SortedSet<string>(StringComparer.Ordinal);
        var values = new FieldReader(errors, ignored).ReadRoot(json, s_entry);
        Warnings.Ignored(context, $"fields of a server", ignored);
        RefusePlaceholders(values, errors);
        var url = values.Text("url") ?? values.Text("server_url") ?? values.Text("http_url");
        var (auth, token, user, password, headers) = ReadHeaders(values.TextMap("headers"));
        return new UpstreamInput
        {
            Name = name,
            Description = values.Text("description"),
            Url = url,
            Transport = ReadTransport(values, url, errors),
            Command = values.Text("command"),
            Arguments = values.Texts("args"),
            Environment = values.TextMap("env"),
            WorkingFolder = values.Text("cwd"),
            Auth = auth,
            AuthToken = token,
            AuthUsername = user,
            AuthPassword = password,
            AuthHeaders = headers,
            Enabled = values.Flag("disabled") is { } disabled ? !disabled : null,
        };
    }

    private static TransportKind? ReadTransport(RequestValues values, string? url, FieldErrors errors)
    {
        var type = values.Text("type") ?? values.Text("transport");
        switch (type?.ToLowerInvariant())
        {
            case null when values.Text("command") is not null:
            case "stdio":
                return TransportKind.Stdio;
            case "sse":
                return TransportKind.Sse;
            case "http" or "streamable-http" or "streamable_http" or "streamablehttp" or "streamablehttptransport":
                return TransportKind.StreamableHttp;
            case null:
                // Older files do not say; by convention the address does.
                return values.Text("http_url") is null && url?.TrimEnd('/').EndsWith("/sse", StringComparison.OrdinalIgnoreCase) == true
                    ? TransportKind.Sse
                    : TransportKind.StreamableHttp;
            default:
                errors.Add("type", $"must be one of stdio, http, streamable-http, sse. It is the text '{type}'.");
                return null;
        }
    }

    // The client would fill these in from its user or its environment; we have neither.
    private static void RefusePlaceholders(RequestValues values, FieldErrors errors)
    {
        foreach (var (map, name) in new[] { (values.TextMap("env"), "env"), (values.TextMap("headers"), "headers") })
        {
            foreach (var (key, value) in map ?? ImmutableDictionary<string, string>.Empty)
            {
                if (Placeholder().IsMatch(value))
                {
                    errors.Add($"{name}.{key}", "holds a placeholder (${…}) that only the client can fill in. Give the value itself.");
                }
            }
        }
    }

    /// <summary>A lone Authorization header is what the fields for bearer and basic are for.</summary>
    private static (AuthKind? Auth, string? Token, string? User, string? Password, ImmutableDictionary<string, string>? Headers) ReadHeaders(
        ImmutableDictionary<string, string>? headers)
    {
        if (headers is null or { Count: 0 })
        {
            return default;
        }

        var (name, value) = headers.First();
        if (headers.Count > 1 || !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
        {
            return (AuthKind.Headers, null, null, null, headers);
        }

        if (value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return (AuthKind.Bearer, value["Bearer ".Length..].Trim(), null, null, null);
        }

        return value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && TryReadBasic(value["Basic ".Length..].Trim()) is var (user, password)
            ? (AuthKind.Basic, null, user, password, null)
            : (AuthKind.Headers, null, null, null, headers);
    }

    private static (string User, string Password)? TryReadBasic(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
