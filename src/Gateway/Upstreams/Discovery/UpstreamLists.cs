using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Reads the lists that an upstream's capabilities promise, all pages, bounded in every direction.</summary>
internal sealed class UpstreamLists(UpstreamClient client, UpstreamVerdict verdict, bool checkHeaders, UpstreamOptions options)
{
    /// <summary>The longest name, in UTF-8: longer ones cannot be kept in an index and are left out.</summary>
    public const int MaxNameBytes = 2048;

    private const int MaxOddities = 100;

    private readonly ImmutableArray<DiscoveredItem>.Builder _items = ImmutableArray.CreateBuilder<DiscoveredItem>();
    private readonly ImmutableArray<string>.Builder _oddities = ImmutableArray.CreateBuilder<string>();
    private long _bytes;

    public async Task<UpstreamInspection> ReadAsync(CancellationToken cancellationToken)
    {
        (string Capability, ItemKind Kind, string Method, string Member, string Key)[] lists =
        [
            ("tools", ItemKind.Tool, "tools/list", "tools", "name"),
            ("prompts", ItemKind.Prompt, "prompts/list", "prompts", "name"),
            ("resources", ItemKind.Resource, "resources/list", "resources", "uri"),
            ("resources", ItemKind.ResourceTemplate, "resources/templates/list", "resourceTemplates", "uriTemplate"),
        ];
        foreach (var (capability, kind, method, member, key) in lists)
        {
            if (verdict.Has(capability) && await ReadListAsync(kind, method, member, key, cancellationToken) is { } failure)
            {
                return UpstreamInspection.Failed(failure, verdict);
            }
        }

        return new UpstreamInspection(verdict, _items.ToImmutable(), _oddities.ToImmutable(), null);
    }

    private async Task<UpstreamFailure?> ReadListAsync(ItemKind kind, string method, string member, string key, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var page = 1; ; page++)
        {
            var at = cursor;
            var reply = await client.RequestAsync(method, at is null ? null : writer => writer.WriteString("cursor", at), cancellationToken);
            if (reply.Error?.Code == McpErrorCode.MethodNotFound)
            {
                // Many servers with resources have no templates and do not answer that list.
                return null;
            }

            if (!reply.Succeeded)
            {
                return reply.ToFailure(method);
            }

            if (TakePage(kind, method, member, key, reply.Result, names) is { } failure)
            {
                return failure;
            }

            (cursor, failure) = NextCursor(reply.Result, method);
            if (failure is not null || cursor is null)
            {
                return failure;
            }

            if (!cursors.Add(cursor))
            {
                return Lies(method, "names the same next cursor a second time, so its pages never end");
            }

            if (page >= options.MaxPages)
            {
                return Lies(method, string.Create(CultureInfo.InvariantCulture, $"has more than {options.MaxPages} pages"));
            }
        }
    }

    private UpstreamFailure? TakePage(ItemKind kind, string method, string member, string key, JsonElement result, HashSet<string> names)
    {
        if (!result.TryGetProperty(member, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return Lies(method, $"has no array '{member}'");
        }

        foreach (var element in list.EnumerateArray())
        {
            if (Take(kind, key, element, names) is { } oddity)
            {
                Note($"{method}: {oddity}; left out.");
                continue;
            }

            if (_items.Count > options.MaxItems)
            {
                return Lies(method, string.Create(CultureInfo.InvariantCulture, $"brings the upstream's items to more than {options.MaxItems}"));
            }

            if (_bytes > options.MaxCatalogBytes)
            {
                return Lies(method, string.Create(CultureInfo.InvariantCulture, $"brings the upstream's definitions to more than {options.MaxCatalogBytes} bytes"));
            }
        }

        return null;
    }

    private string? Take(ItemKind kind, string key, JsonElement element, HashSet<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object || UpstreamHandshake.Text(element, key) is not { Length: > 0 } name)
        {
            return $"an item has no {key}";
        }

        var shown = name.Length <= 100 ? name : name[..100] + "…";
        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            return $"the {key} '{shown}' is longer than {MaxNameBytes} bytes";
        }

        if (element.EnumerateObject().Count(member => member.NameEquals(key)) > 1)
        {
            return $"'{shown}' has {key} twice";
        }

        if (kind == ItemKind.Tool && checkHeaders && HeaderAnnotations.Check(element) is { } problem)
        {
            return $"'{shown}': {problem}";
        }

        if (!names.Add(name))
        {
            return $"'{shown}' is listed twice";
        }

        // A slice of the whole answer would keep all of it in memory.
        var json = JsonMarshal.GetRawUtf8Value(element).ToArray();
        _bytes += json.Length;
        _items.Add(new DiscoveredItem(
            kind, name, TitleOf(kind, element), UpstreamHandshake.Text(element, "description"),
            json, CanonicalJson.Hash(json), CanonicalJson.CanonicalHash(element), names.Count - 1));
        return null;
    }

    private static string? TitleOf(ItemKind kind, JsonElement element) =>
        UpstreamHandshake.Text(element, "title")
        ?? (kind is ItemKind.Resource or ItemKind.ResourceTemplate
            ? UpstreamHandshake.Text(element, "name")
            : element.TryGetProperty("annotations", out var annotations) ? UpstreamHandshake.Text(annotations, "title") : null);

    private static (string? Cursor, UpstreamFailure? Failure) NextCursor(JsonElement result, string method) =>
        !result.TryGetProperty("nextCursor", out var next) || next.ValueKind == JsonValueKind.Null
            ? (null, null)
            : next.ValueKind == JsonValueKind.String ? (next.GetString(), null) : (null, Lies(method, "has a nextCursor that is no string"));

    private static UpstreamFailure Lies(string method, string what) => new(UpstreamFault.Invalid, $"The upstream's answer to {method} {what}.");

    private void Note(string oddity)
    {
        if (_oddities.Count < MaxOddities)
        {
            _oddities.Add(oddity);
        }
    }
}
