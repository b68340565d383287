namespace McpGateway.Protocol.JsonRpc;

/// <summary>The four shapes of a JSON-RPC 2.0 message.</summary>
public enum MessageKind
{
    /// <summary>Could not be told, because the message is at fault.</summary>
    None,

    /// <summary>A method with an id: an answer is owed.</summary>
    Request,

    /// <summary>A method without an id.</summary>
    Notification,

    /// <summary>A result with an id.</summary>
    Response,

    /// <summary>An error; its id may be absent or <c>null</c> when the other side could not read the request's.</summary>
    ErrorResponse,
}

/// <summary>The JSON type of a request id or progress token. It must come back as it was sent.</summary>
public enum IdKind
{
    /// <summary>Absent or <c>null</c>.</summary>
    None,

    /// <summary>A string; the raw slice includes the quotes.</summary>
    String,

    /// <summary>A number; the raw slice is its literal, which is kept as it is (no rounding of large ones).</summary>
    Number,
}
