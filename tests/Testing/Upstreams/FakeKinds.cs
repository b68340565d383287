using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

/// <summary>Which revisions a <see cref="FakeUpstream"/> speaks.</summary>
public enum FakeEra
{
    Legacy,
    Modern,

    /// <summary>Modern requests and the initialize handshake, as they come.</summary>
    Dual,
}

/// <summary>How a <see cref="FakeUpstream"/> misbehaves instead of answering a method.</summary>
public enum FakeFault
{
    None,

    /// <summary>200 with text/html.</summary>
    WrongContentType,

    /// <summary>An event stream of comments that never ends.</summary>
    EndlessStream,

    /// <summary>An event stream of notifications that never ends and never answers.</summary>
    EndlessNotifications,

    /// <summary>200 with application/json that is no JSON.</summary>
    Garbage,

    /// <summary>A right answer padded to <see cref="FakeUpstream.HugeBytes"/>.</summary>
    Huge,

    /// <summary>Half of an event stream, then the connection is cut.</summary>
    CutStream,

    /// <summary>Half of a JSON body, then the connection is cut.</summary>
    CutBody,

    /// <summary>A whole body, or event of an SSE upstream, that ends in the middle of a character.</summary>
    CutCharacter,

    /// <summary>The same in an event of an answer.</summary>
    CutCharacterInEvent,

    Unauthorized,
    Forbidden,

    /// <summary>500 with a page.</summary>
    ServerError,

    /// <summary>503 without a message, to be tried again in 30 s.</summary>
    Busy,

    /// <summary>429 with a JSON-RPC error, to be tried again in 30 s.</summary>
    BusyInWords,

    /// <summary>404, as for a session it does not know.</summary>
    SessionNotFound,

    /// <summary>Never answers; the request is left open.</summary>
    Silence,

    /// <summary>A right answer to another id.</summary>
    WrongId,

    /// <summary>200 without a body.</summary>
    Empty,

    /// <summary>307 to another address.</summary>
    Redirect,

    /// <summary>Every page names the same next cursor.</summary>
    SameCursor,

    /// <summary>Every page names another next cursor, without end.</summary>
    EndlessPages,

    /// <summary>The result has no list where one is due.</summary>
    NoList,

    /// <summary>A JSON-RPC error.</summary>
    Error,

    /// <summary>400: the version is not supported, and what is supported is that very version.</summary>
    VersionRefused,
}

/// <summary>A message that a <see cref="FakeUpstream"/> received.</summary>
public sealed record FakeRequest(string HttpMethod, string? Method, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The message; fails when the body is none.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    public string? SessionId => Headers.GetValueOrDefault("Mcp-Session-Id");
}

/// <summary>A tool, prompt, resource or template of a <see cref="FakeUpstream"/>: its raw definition and what it does.</summary>
public sealed record FakeItem(string Name, string Definition, Func<FakeCall, Task<string>> Run);
