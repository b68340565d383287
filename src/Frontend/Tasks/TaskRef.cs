using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>A task of an upstream, as a task id of ours stands for it.</summary>
/// <param name="TaskId">The upstream's own id.</param>
/// <param name="Declared">What the connection declared over which the task was made; None where the client's session says it.</param>
/// <param name="Node">The node that collects the task's questions, or keeps it; empty where every node will do.</param>
internal sealed record TaskRef(string UpstreamId, string TaskId, ClientCapabilities Declared = ClientCapabilities.None, string Node = "")
{
    /// <summary>The upstream knows nothing of it: <see cref="Node"/> keeps it (<see cref="KeptTasks"/>), and <see cref="TaskId"/> is its key there.</summary>
    public bool IsKept { get; init; }
}
