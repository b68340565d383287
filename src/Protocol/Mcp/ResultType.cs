namespace McpGateway.Protocol.Mcp;

/// <summary>The kind of a result (<c>resultType</c>, 2026-07-28).</summary>
public enum ResultType
{
    /// <summary>The final result. Also what an absent <c>resultType</c> means.</summary>
    Complete,

    /// <summary>Questions to the client: <c>input_required</c>.</summary>
    InputRequired,

    /// <summary>A task was made (tasks extension).</summary>
    Task,

    /// <summary>Something else; invalid unless an extension that was declared defines it.</summary>
    Other,
}
