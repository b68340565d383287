using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>Every enumeration of the API and its words, for requests and answers alike.</summary>
internal static class Words
{
    public static Choices<TransportKind> Transport { get; } = new(
        [(TransportKind.StreamableHttp, "STREAMABLEHTTP"), (TransportKind.Sse, "SSE"), (TransportKind.Stdio, "STDIO")],
        ("http", TransportKind.StreamableHttp),
        ("streamable-http", TransportKind.StreamableHttp),
        ("streamable_http", TransportKind.StreamableHttp));

    public static Choices<AuthKind> Auth { get; } = new(
        [(AuthKind.None, "none"), (AuthKind.Bearer, "bearer"), (AuthKind.Basic, "basic"), (AuthKind.Headers, "headers")],
        ("authheaders", AuthKind.Headers),
        ("", AuthKind.None));

    public static Choices<SharingMode> Sharing { get; } = new(
        [(SharingMode.PerSession, "per-session"), (SharingMode.PerUser, "per-user"), (SharingMode.Shared, "shared")],
        ("per_session", SharingMode.PerSession),
        ("per_user", SharingMode.PerUser));

    public static Choices<DriftPolicy> Drift { get; } =
        new([(DriftPolicy.Hold, "hold"), (DriftPolicy.Block, "block"), (DriftPolicy.Observe, "observe")]);

    public static Choices<Era> Era { get; } = new(
        [(Abstractions.Upstreams.Era.Unknown, "unknown"), (Abstractions.Upstreams.Era.Legacy, "legacy"), (Abstractions.Upstreams.Era.Modern, "modern")]);

    public static Choices<UpstreamState> State { get; } = new(
    [
        (UpstreamState.Pending, "pending"), (UpstreamState.Online, "online"), (UpstreamState.Offline, "offline"),
        (UpstreamState.NeedsAuthorization, "needs-authorization"), (UpstreamState.Disabled, "disabled"),
    ]);

    public static Choices<Visibility> Visibility { get; } = new(
    [
        (Abstractions.Access.Visibility.Private, "private"), (Abstractions.Access.Visibility.Team, "team"),
        (Abstractions.Access.Visibility.Public, "public"),
    ]);

    public static Choices<ItemKind> Item { get; } = new(
    [
        (ItemKind.Tool, "tool"), (ItemKind.Prompt, "prompt"), (ItemKind.Resource, "resource"), (ItemKind.ResourceTemplate, "resource template"),
    ]);
}
