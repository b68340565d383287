using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>A catalog that answers with what a test put in, and remembers what it was asked.</summary>
internal sealed class CatalogGrain : ICatalogGrain
{
    public UpstreamView Upstream { get; set; } = MakeUpstream("gw-1", "Weather");

    public ServerView Server { get; set; } = MakeServer("srv-1", "Everyday");

    public ItemView Item { get; set; } = MakeItem("item-1", ItemKind.Tool);

    /// <summary>Whatever is asked is refused with this.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Whatever is asked fails with this.</summary>
    public Exception? Fault { get; set; }

    public Caller? Caller { get; private set; }

    public UpstreamInput? UpstreamInput { get; private set; }

    public List<UpstreamInput> UpstreamInputs { get; } = [];

    public ServerInput? ServerInput { get; private set; }

    public ItemInput? ItemInput { get; private set; }

    /// <summary>The hash that the last approval named.</summary>
    public string? Reviewed { get; private set; }

    public object? Query { get; private set; }

    public PageRequest? Page { get; private set; }

    public static UpstreamView MakeUpstream(string id, string name) => new()
    {
        Id = id,
        Name = name,
        Slug = name.ToLowerInvariant(),
        OwnerId = "u-admin",
        Url = "http://127.0.0.1:9/mcp",
        State = UpstreamState.Online,
        Visibility = Visibility.Public,
        Enabled = true,
        ToolCount = 2,
        AuthHeaderNames = ["X-Key"],
        Auth = AuthKind.Headers,
    };

    public static ServerView MakeServer(string id, string name) => new()
    {
        Id = id,
        Name = name,
        OwnerId = "u-admin",
        Tools = ["weather-now"],
        ToolIds = ["item-1"],
        Overrides = ImmutableDictionary<string, ItemOverride>.Empty.Add("item-1", new ItemOverride("weather-now", null)),
        Visibility = Visibility.Team,
        TeamId = "t-1",
        Enabled = true,
    };

    public static ItemView MakeItem(string id, ItemKind kind) => new()
    {
        Id = id,
        Kind = kind,
        Name = "weather-now",
        OriginalName = kind is ItemKind.Resource or ItemKind.ResourceTemplate ? "weather://now" : "now",
        GatewayId = "gw-1",
        GatewayName = "Weather",
        Definition = Encoding.UTF8.GetBytes(
            """{"name":"now","mimeType":"text/plain","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true},"arguments":[{"name":"city"}]}"""),
        Enabled = true,
        Available = true,
    };

    public ValueTask<Outcome<UpstreamView>> CreateUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken)
    {
        UpstreamInputs.Add(input);
        UpstreamInput = input;
        return input.Name == "taken"
            ? new(Abstractions.Administration.Refusal.Conflict("name", "is taken."))
            : Answer(caller, Upstream with { Name = input.Name ?? Upstream.Name });
    }

    public ValueTask<Outcome<UpstreamView>> GetUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        id == Upstream.Id ? Answer(caller, Upstream) : new(Abstractions.Administration.Refusal.NotFound("MCP server", id));

    public ValueTask<Outcome<Page<UpstreamView>>> ListUpstreamsAsync(
        Caller caller, UpstreamQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        (Query, Page) = (query, page);
        return Answer(caller, new Page<UpstreamView>([Upstream], page.Cursor is null ? "next one" : null, 2));
    }

    public ValueTask<Outcome<UpstreamView>> UpdateUpstreamAsync(
        Caller caller, string id, UpstreamInput input, CancellationToken cancellationToken)
    {
        UpstreamInput = input;
        Upstream = Upstream with { Enabled = input.Enabled ?? Upstream.Enabled };
        return GetUpstreamAsync(caller, id, cancellationToken);
    }

    public ValueTask<Outcome<UpstreamView>> DeleteUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        GetUpstreamAsync(caller, id, cancellationToken);

    public async IAsyncEnumerable<Outcome<UpstreamProbe>> TestUpstreamAsync(
        Caller caller, UpstreamInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        UpstreamInput = input;
        yield return Refusal is { } refusal
            ? refusal
            : new UpstreamProbe(true, Era.Legacy, "2025-11-25", "s", "1", 1, 0, 0, 0, ["now"], null, 12.5);
    }

    public ValueTask<Outcome<Page<ItemView>>> ListItemsAsync(Caller caller, ItemQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        (Query, Page) = (query, page);
        return Answer(caller, new Page<ItemView>([Item with { Kind = query.Kind }], null, 1));
    }

    public ValueTask<Outcome<ItemView>> GetItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken) =>
        id == Item.Id && kind == Item.Kind ? Answer(caller, Item) : new(Abstractions.Administration.Refusal.NotFound("item", id));

    public ValueTask<Outcome<ItemView>> UpdateItemAsync(
        Caller caller, ItemKind kind, string id, ItemInput input, CancellationToken cancellationToken)
    {
        ItemInput = input;
        Item = Item with { Enabled = input.Enabled ?? Item.Enabled, Tags = input.Tags.IsDefault ? Item.Tags : input.Tags };
        return GetItemAsync(caller, kind, id, cancellationToken);
    }

    public ValueTask<Outcome<ItemView>> ApproveItemAsync(
        Caller caller, ItemKind kind, string id, string? definitionHash, CancellationToken cancellationToken)
    {
        Reviewed = definitionHash;
        return GetItemAsync(caller, kind, id, cancellationToken);
    }

    public ValueTask<Outcome<ItemView>> WithdrawItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken)
    {
        Item = Item with { ApprovedHash = null };
        return GetItemAsync(caller, kind, id, cancellationToken);
    }

    public ValueTask<Outcome<ServerView>> CreateServerAsync(Caller caller, ServerInput input, CancellationToken cancellationToken)
    {
        ServerInput = input;
        return Answer(caller, Server);
    }

    public ValueTask<Outcome<ServerView>> GetServerAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        id == Server.Id ? Answer(caller, Server) : new(Abstractions.Administration.Refusal.NotFound("virtual server", id));

    public ValueTask<Outcome<Page<ServerView>>> ListServersAsync(
        Caller caller, ServerQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        (Query, Page) = (query, page);
        return Answer(caller, new Page<ServerView>([Server], null, 1));
    }

    public ValueTask<Outcome<ServerView>> UpdateServerAsync(Caller caller, string id, ServerInput input, CancellationToken cancellationToken)
    {
        ServerInput = input;
        Server = Server with { Enabled = input.Enabled ?? Server.Enabled };
        return GetServerAsync(caller, id, cancellationToken);
    }

    public ValueTask<Outcome<ServerView>> DeleteServerAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        GetServerAsync(caller, id, cancellationToken);

    public ValueTask<Outcome<CatalogCounts>> CountAsync(Caller caller, CancellationToken cancellationToken) =>
        Answer(caller, new CatalogCounts(1, 1, 0, 2, 0, 0, 1, 1));

    private ValueTask<Outcome<T>> Answer<T>(Caller caller, T value)
    {
        Caller = caller;
        if (Fault is { } fault)
        {
            throw fault;
        }

        return Refusal is { } refusal ? new(refusal) : new(value);
    }
}
