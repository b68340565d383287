namespace McpGateway.Protocol.Sse;

/// <summary>What <see cref="SseEventSplitter.Read"/> found.</summary>
public enum SseItemKind
{
    /// <summary>Nothing complete yet: push more.</summary>
    None,

    /// <summary>An event; it may have no data line at all (then it has only an id or a retry time).</summary>
    Event,

    /// <summary>A comment line between events: a keep-alive.</summary>
    Comment,

    /// <summary>An empty line between events, without meaning.</summary>
    Blank,

    /// <summary>The event that is coming in is larger than allowed. Final.</summary>
    TooLarge,
}

/// <summary>A piece of an event stream. Its spans are valid until the splitter is touched again.</summary>
public readonly ref struct SseItem
{
    /// <summary>Which kind of piece.</summary>
    public SseItemKind Kind { get; init; }

    /// <summary>
    /// The bytes of the piece as they came, line ends included, to be forwarded untouched. All pieces in a row are the whole stream without
    /// its byte order mark.
    /// </summary>
    public ReadOnlySpan<byte> Raw { get; init; }

    /// <summary>The data; several data lines are joined by a line feed.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>The event has a data line, be it an empty one.</summary>
    public bool HasData { get; init; }

    /// <summary>The <c>event</c> field; empty means <c>message</c>.</summary>
    public ReadOnlySpan<byte> EventType { get; init; }

    /// <summary>The <c>id</c> field of this event.</summary>
    public ReadOnlySpan<byte> Id { get; init; }

    /// <summary>The event has an <c>id</c> field, be it an empty one (which resets the last id). Ids with a NUL are ignored.</summary>
    public bool HasId { get; init; }

    /// <summary>The <c>retry</c> field in milliseconds; null without one or when it is no number.</summary>
    public int? RetryMilliseconds { get; init; }

    /// <summary>Whether this is an event that a client would dispatch as <c>message</c>.</summary>
    public bool IsMessage => Kind is SseItemKind.Event && HasData && (EventType.IsEmpty || EventType.SequenceEqual("message"u8));
}
