using System.Collections.Immutable;
using Orleans;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>What somebody wants to hear over a connection, beside the answers to calls.</summary>
/// <param name="Uris">Resources, as the upstream names them. A resource below one of them counts too.</param>
/// <param name="Notices">Log messages and the status of tasks that belong to no call. Only for connections that serve one client session.</param>
/// <param name="Questions">Requests to the client that belong to no call. Only for connections that serve one client.</param>
/// <param name="OnlyListener">
/// Names who listens for questions, where they may only be heard as long as nobody of another name listens for them; null where anybody may.
/// </param>
[GenerateSerializer, Immutable]
public sealed record WatchRequest(ImmutableArray<string> Uris, bool Notices, bool Questions = false, string? OnlyListener = null);

/// <summary>What a <see cref="WatchNews"/> is.</summary>
[GenerateSerializer]
public enum WatchNewsKind
{
    /// <summary>How each resource stands: the first item of every watch.</summary>
    Standing,

    /// <summary>Resources were updated, or may have been while nobody could hear of it.</summary>
    Updated,

    /// <summary>A log message, or a task's status, that belongs to no call.</summary>
    Notice,

    /// <summary>A request to the client that belongs to no call; answered with <see cref="IConnectionGrain.RespondAsync"/>.</summary>
    Question,
}

/// <summary>One item of a watch.</summary>
/// <param name="Message">The whole JSON-RPC message, for notices and questions.</param>
[GenerateSerializer, Immutable]
public sealed record WatchNews(
    WatchNewsKind Kind, ImmutableArray<WatchStanding> Standings, ImmutableArray<ResourceUpdate> Updates, ReadOnlyMemory<byte> Message)
{
    public static WatchNews Standing(ImmutableArray<WatchStanding> standings) => new(WatchNewsKind.Standing, standings, [], default);

    public static WatchNews Updated(ImmutableArray<ResourceUpdate> updates) => new(WatchNewsKind.Updated, [], updates, default);

    public static WatchNews Question(ReadOnlyMemory<byte> message) => new(WatchNewsKind.Question, [], [], message);

    public static WatchNews Notice(ReadOnlyMemory<byte> message) => new(WatchNewsKind.Notice, [], [], message);
}

/// <summary>Whether an upstream tells of a resource.</summary>
/// <param name="Fault">Why it could not be asked; the connection goes on trying. <see cref="UpstreamFault.None"/> when it answered.</param>
/// <param name="ErrorCode">The JSON-RPC error with which it refused; 0 when it did not.</param>
/// <param name="Detail">For people, when it does not tell; carries no secret.</param>
[GenerateSerializer, Immutable]
public sealed record WatchStanding(string Uri, UpstreamFault Fault, int ErrorCode, string? Detail)
{
    /// <summary>The upstream said no, and is not asked again.</summary>
    public bool IsRefused => ErrorCode != 0;

    /// <summary>The upstream tells of the resource.</summary>
    public bool IsWatched => !IsRefused && Fault == UpstreamFault.None;
}

/// <summary>A resource was updated.</summary>
/// <param name="Watched">The resource that was asked for.</param>
/// <param name="Uri">The same, or a resource below it (spec, resources: subscriptions).</param>
[GenerateSerializer, Immutable]
public readonly record struct ResourceUpdate(string Watched, string Uri);
