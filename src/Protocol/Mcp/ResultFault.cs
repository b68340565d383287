namespace McpGateway.Protocol.Mcp;

/// <summary>Why an upstream's answer cannot be used.</summary>
public enum ResultFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Not one well-formed JSON value in UTF-8.</summary>
    NotJson,

    /// <summary>Not an object.</summary>
    NotAnObject,

    /// <summary>Nested deeper than <see cref="JsonRpc.EnvelopeScanner.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A member that the gateway reads occurs twice.</summary>
    DuplicateKey,

    /// <summary><c>id</c> is neither string nor number (nor <c>null</c> in an error), or missing in a result.</summary>
    BadId,

    /// <summary>Neither <c>result</c> nor <c>error</c>: not a response.</summary>
    NotAResponse,

    /// <summary>Both <c>result</c> and <c>error</c>.</summary>
    ResultAndError,

    /// <summary><c>result</c> is not an object.</summary>
    ResultNotObject,

    /// <summary><c>error</c> is not an object.</summary>
    ErrorNotObject,

    /// <summary>A member of <c>result</c> has not the type that the protocol demands.</summary>
    WrongMemberType,
}
