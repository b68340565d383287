namespace McpGateway.Load.Measuring;

/// <summary>Something that answers calls, and the process whose work that is.</summary>
/// <param name="Message">What is posted; <c>ID</c> in it becomes a number.</param>
/// <param name="Headers">Lines that end in CRLF; several where requests take turns, each connection with its own part of them.</param>
internal sealed record LoadTarget(string What, MeasuredProcess Process, Uri Address, string Message, params IReadOnlyList<string> Headers)
{
    /// <summary>Whether answers come on an event stream of HTTP+SSE (2024-11-05), opened with a GET of the address.</summary>
    public bool HttpSse { get; init; }
}
