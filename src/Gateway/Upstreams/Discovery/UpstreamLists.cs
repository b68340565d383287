using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Reads the lists that an upstream's capabilities promise, all pages, bounded in every direction.</summary>
internal sealed class UpstreamLists(UpstreamClient client, UpstreamVerdict verdict, bool checkHeaders, UpstreamOptions options)
{
    private const int MaxOddities = 100;

    private static readonly (string Capability, ItemKind Item, ListKind Kind, string Method)[] s_lists =
    [
        ("tools", ItemKind.Tool, ListKind.Tools, McpMethods.Name(McpMethod.ToolsList)),
        ("prompts", ItemKind.Prompt, ListKind.Prompts, McpMethods.Name(McpMethod.PromptsList)),
        ("resources", ItemKind.Resource, ListKind.Resources, McpMethods.Name(McpMethod.ResourcesList)),
        ("resources", ItemKind.ResourceTemplate, ListKind.ResourceTemplates, McpMethods.Name(McpMethod.ResourceTemplatesList)),
    ];

    private readonly ImmutableArray<DiscoveredItem>.Builder _items = ImmutableArray.CreateBuilder<DiscoveredItem>();
    private readonly ImmutableArray<string>.Builder _oddities = ImmutableArray.CreateBuilder<string>();
    private long _bytes;

    public async Task<UpstreamInspection> ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var (capability, item, kind, method) in s_lists)
        {
            if (verdict.Has(capability) && await ReadListAsync(item, kind, method, cancellationToken) is { } failure)
            {
                return UpstreamInspection.Failed(failure, verdict);
            }
        }

        return new UpstreamInspection(verdict, _items.ToImmutable(), _oddities.ToImmutable(), null);
    }

    private async Task<UpstreamFailure?> ReadListAsync(ItemKind item, ListKind kind, string method, CancellationToken cancellationToken)
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

            if (TakePage(item, kind, method, reply.Message, names, out var next) is { } failure)
            {
                return failure;
            }

            if (!next.IsPresent)
            {
                return null;
            }

            cursor = JsonStringBytes.GetString(next.Slice(reply.Message.Span));
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

    private UpstreamFailure? TakePage(
        ItemKind item, ListKind kind, string method, ReadOnlyMemory<byte> message, HashSet<string> names, out ByteRange next)
    {
        var page = new List<ListItem>();
        var room = Math.Max(options.MaxItems - _items.Count, 0);
        var fault = ListSplitter.Split(message.Span, kind, page, out next, out _, room);
        if (fault == ListFault.TooManyItems)
        {
            return Lies(method, string.Create(CultureInfo.InvariantCulture, $"brings the upstream's items to more than {options.MaxItems}"));
        }

        if (fault != ListFault.None)
        {
            return new UpstreamFailure(UpstreamFault.Invalid, $"The upstream's answer to {method} cannot be used: {fault.Message(kind)}");
        }

        foreach (var found in page)
        {
            if (Take(item, kind, found, message, names) is { } oddity)
            {
                Note($"{method}: {oddity} It was left out.");
            }
        }

        return _bytes > options.MaxCatalogBytes
            ? Lies(method, string.Create(CultureInfo.InvariantCulture, $"brings the upstream's definitions to more than {options.MaxCatalogBytes} bytes"))
            : null;
    }

    private string? Take(ItemKind item, ListKind kind, in ListItem found, ReadOnlyMemory<byte> message, HashSet<string> names)
    {
        if (found.Fault != ListItemFault.None)
        {
            return $"{Shown(found, message)}{found.Fault.Message(kind)}";
        }

        // A client over HTTP must leave out a tool whose annotations are wrong; so do we, because our clients would.
        if (kind == ListKind.Tools && checkHeaders && !ParamHeaderReader.TryRead(found.InputSchema.Slice(message.Span), out _))
        {
            return $"{Shown(found, message)}an x-mcp-header in its input schema breaks the rules.";
        }

        var name = DefinitionTexts.Text(found.Key, message)!;
        if (!names.Add(name))
        {
            return $"{Shown(found, message)}It was on an earlier page already.";
        }

        // A slice of the whole answer would keep all of it in memory.
        var json = found.Raw.Slice(message.Span).ToArray();
        _bytes += json.Length;
        _items.Add(new DiscoveredItem(
            item,
            name,
            DefinitionTexts.Title(kind, found, message),
            DefinitionTexts.Text(found.Description, message),
            json,
            Convert.ToHexStringLower(SHA256.HashData(json)),
            CanonicalJson.HashHex(json)!,
            names.Count - 1));
        return null;
    }

    private static string Shown(in ListItem found, ReadOnlyMemory<byte> message)
    {
        if (!found.Key.IsString(message.Span))
        {
            return "";
        }

        var name = DefinitionTexts.Text(found.Key, message)!;
        return name.Length <= 100 ? $"'{name}': " : $"'{name[..100]}…': ";
    }

    private static UpstreamFailure Lies(string method, string what) => new(UpstreamFault.Invalid, $"The upstream's answer to {method} {what}.");

    private void Note(string oddity)
    {
        if (_oddities.Count < MaxOddities)
        {
            _oddities.Add(oddity);
        }
    }
}
