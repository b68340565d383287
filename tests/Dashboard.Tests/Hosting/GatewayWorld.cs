using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>What there is behind the grains. Outlives a host, as a database does.</summary>
internal sealed class GatewayWorld
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery staple";
    public const string UserId = "user-1";

    private readonly Lock _lock = new();
    private long _feed;

    public ImmutableList<UpstreamView> Upstreams { get; private set; } = [];

    public ImmutableList<ServerView> Servers { get; private set; } = [];

    public ImmutableList<CallReport> Calls { get; private set; } = [];

    public ImmutableDictionary<string, SeriesSummary> Usage { get; set; } = ImmutableDictionary<string, SeriesSummary>.Empty;

    public Rights? Rights { get; set; } = new(UserId, Email, Permissions.All, true, []);

    public string SecurityStamp { get; set; } = "stamp-1";

    /// <summary>Thrown by every call when set: no silo answers.</summary>
    public Exception? Outage { get; set; }

    public Refusal? CatalogRefusal { get; set; }

    public Refusal? SignInRefusal { get; set; }

    public string? LastSignInAddress { get; set; }

    public ImmutableList<Caller> Callers { get; private set; } = [];

    public Broadcast<ChangeBatch> Feed { get; } = new();

    public Broadcast<ImmutableArray<CallReport>> LiveCalls { get; } = new();

    public ChangeBatch Heartbeat => new(_feed, false, []);

    public static UpstreamView Upstream(string name, UpstreamState state = UpstreamState.Online, TransportKind transport = TransportKind.StreamableHttp) => new()
    {
        Id = "up-" + name,
        Name = name,
        Slug = name,
        OwnerId = UserId,
        Enabled = true,
        Transport = transport,
        Url = transport == TransportKind.Stdio ? null : $"https://{name}.example.com/mcp",
        Command = transport == TransportKind.Stdio ? "npx" : null,
        State = state,
        Era = state == UpstreamState.Pending ? Era.Unknown : Era.Legacy,
        ProtocolVersion = state == UpstreamState.Pending ? null : "2025-11-25",
        ToolCount = state == UpstreamState.Pending ? 0 : 12,
        PromptCount = 2,
        ResourceCount = 3,
        LastSeen = DateTimeOffset.UnixEpoch.AddYears(56),
    };

    public static ServerView Server(string name, int tools) => new()
    {
        Id = "vs-" + name,
        Name = name,
        OwnerId = UserId,
        Enabled = true,
        Tools = [.. Enumerable.Range(1, tools).Select(i => $"tool-{i}")],
        Overrides = ImmutableDictionary<string, ItemOverride>.Empty,
    };

    /// <summary>Adds or replaces, and tells the feed.</summary>
    public void Put(UpstreamView upstream)
    {
        lock (_lock)
        {
            Upstreams = Upstreams.RemoveAll(known => known.Id == upstream.Id).Add(upstream).Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        }

        Tell(ChangeKind.Upstream, upstream.Id);
    }

    /// <summary>Adds or replaces, and tells the feed.</summary>
    public void Put(ServerView server)
    {
        lock (_lock)
        {
            Servers = Servers.RemoveAll(known => known.Id == server.Id).Add(server).Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        }

        Tell(ChangeKind.VirtualServer, server.Id);
    }

    public void Report(params CallReport[] calls)
    {
        lock (_lock)
        {
            Calls = Calls.AddRange(calls);
        }

        LiveCalls.Send([.. calls]);
    }

    public void Heard(Caller caller)
    {
        lock (_lock)
        {
            Callers = Callers.Add(caller);
        }
    }

    public void ThrowInOutage()
    {
        if (Outage is { } outage)
        {
            throw outage;
        }
    }

    private void Tell(ChangeKind kind, string key)
    {
        var id = Interlocked.Increment(ref _feed);
        Feed.Send(new ChangeBatch(id, false, [new Change(id, kind, key)]));
    }
}
