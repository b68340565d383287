namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>Where an upstream is and what it wants to see.</summary>
public sealed record HttpEndpoint(string UpstreamId, Uri Url, UpstreamHeader[] Headers);

/// <summary>One JSON-RPC message for a Streamable HTTP upstream.</summary>
/// <param name="Method">Its method: modern upstreams see it as a header.</param>
/// <param name="Modern">Whether it goes out under the rules of 2026-07-28.</param>
/// <param name="ProtocolVersion">The revision agreed on; null before.</param>
/// <param name="SessionId">The upstream's session, where it has one.</param>
public sealed record HttpMessage(ReadOnlyMemory<byte> Json, string Method, bool Modern, string? ProtocolVersion, string? SessionId);

/// <summary>What a Streamable HTTP upstream answered.</summary>
/// <param name="Message">The response message, or the error that came with a bad status; empty when there is none.</param>
/// <param name="SessionId">The session it gave us.</param>
/// <param name="Failure">Null when <paramref name="Message"/> answers our request under a good status.</param>
public readonly record struct HttpAnswer(ReadOnlyMemory<byte> Message, string? SessionId, UpstreamFailure? Failure);
