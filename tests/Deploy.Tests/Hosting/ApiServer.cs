using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>
/// As much of a Kubernetes API server as helm needs to install, upgrade and uninstall: discovery, and objects that are kept in memory. No
/// controllers, so hooks never end; it is used with <c>--no-hooks</c>.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private static readonly (string Group, string Version, string Plural, string Kind)[] s_kinds =
    [
        ("", "v1", "secrets", "Secret"), ("", "v1", "configmaps", "ConfigMap"), ("", "v1", "services", "Service"),
        ("", "v1", "serviceaccounts", "ServiceAccount"), ("", "v1", "pods", "Pod"),
        ("apps", "v1", "deployments", "Deployment"), ("apps", "v1", "statefulsets", "StatefulSet"), ("batch", "v1", "jobs", "Job"),
        ("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
        ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
        ("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"), ("networking.k8s.io", "v1", "ingresses", "Ingress"),
    ];

    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();
    private readonly WebApplication _app;

    private ApiServer(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new ApiServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>An object by its path.</summary>
    public JsonObject Get(string path) => _objects[path];

    /// <summary>The data of a Secret; null when there is none.</summary>
    public JsonObject? SecretData(string name) =>
        _objects.TryGetValue($"/api/v1/namespaces/{Helm.Namespace}/secrets/{name}", out var secret) ? secret["data"]!.AsObject() : null;

    public void AddSecret(string name, JsonObject data) => Create($"/api/v1/namespaces/{Helm.Namespace}/secrets", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Helm.Namespace },
        ["data"] = data,
    });

    public void Delete(string secret) => _objects.TryRemove($"/api/v1/namespaces/{Helm.Namespace}/secrets/{secret}", out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var answer = Discovery(path) ?? context.Request.Method switch
        {
            "GET" => _objects.TryGetValue(path, out var found) ? found : IsCollection(path) ? List(path, context.Request.Query["labelSelector"].ToString()) : null,
            "POST" => Create(path, await ReadAsync(context)),
            "PATCH" => Patch(path, await ReadAsync(context)),
            "PUT" => _objects[path] = await ReadAsync(context),
            "DELETE" => _objects.TryRemove(path, out var gone) ? gone : null,
            _ => null,
        };
        context.Response.StatusCode = answer is null ? StatusCodes.Status404NotFound
            : context.Request.Method == "POST" ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        answer ??= new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["reason"] = "NotFound", ["code"] = 404 };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private static JsonObject? Discovery(string path) => path switch
    {
        "/version" => Json(new { major = "1", minor = "31", gitVersion = "v1.31.0" }),
        "/api" => Json(new { kind = "APIVersions", versions = new[] { "v1" } }),
        "/api/v1" => Resources("", "v1"),
        "/apis" => Json(new
        {
            kind = "APIGroupList",
            groups = s_kinds.Where(one => one.Group.Length > 0).DistinctBy(one => one.Group).Select(one => new
            {
                name = one.Group,
                versions = new[] { new { groupVersion = $"{one.Group}/{one.Version}", version = one.Version } },
                preferredVersion = new { groupVersion = $"{one.Group}/{one.Version}", version = one.Version },
            }),
        }),
        _ when path.Split('/') is ["", "apis", var group, var version] => Resources(group, version),
        _ => null,
    };

    private static JsonObject Resources(string group, string version) => Json(new
    {
        kind = "APIResourceList",
        groupVersion = group.Length == 0 ? version : $"{group}/{version}",
        resources = s_kinds.Where(one => one.Group == group).Select(one => new
        {
            name = one.Plural,
            singularName = "",
            namespaced = true,
            kind = one.Kind,
            verbs = new[] { "create", "delete", "get", "list", "patch", "update" },
        }),
    });

    private static bool IsCollection(string path) => s_kinds.Any(one => path.EndsWith("/" + one.Plural, StringComparison.Ordinal));

    private JsonObject List(string path, string selector)
    {
        var wanted = selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=', 2)).ToList();
        var items = _objects.Where(pair => pair.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(pair => pair.Value)
            .Where(one => wanted.All(pair => (string?)one["metadata"]!["labels"]?[pair[0]] == pair[1]));
        return new JsonObject { ["kind"] = "SecretList", ["apiVersion"] = "v1", ["items"] = new JsonArray([.. items.Select(one => one.DeepClone())]) };
    }

    private JsonObject Create(string path, JsonObject body) => _objects[$"{path}/{body.Name()}"] = body;

    private JsonObject? Patch(string path, JsonObject patch)
    {
        if (!_objects.TryGetValue(path, out var found))
        {
            return null;
        }

        return _objects[path] = (JsonObject)Merge(found.DeepClone(), patch)!;
    }

    // RFC 7386. (Kubernetes' own kind of patch merges some lists too; no test looks at one.)
    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = Merge(merged[key]?.DeepClone(), value);
            }
        }

        return merged;
    }

    private static async Task<JsonObject> ReadAsync(HttpContext context) => (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();

    private static JsonObject Json(object value) => JsonSerializer.SerializeToNode(value)!.AsObject();
}
