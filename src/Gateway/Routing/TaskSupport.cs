namespace McpGateway.Gateway.Routing;

/// <summary>Whether a legacy upstream runs a tool as a task (<c>execution.taskSupport</c>, 2025-11-25).</summary>
public enum TaskSupport
{
    /// <summary>Never; also where the definition says nothing of it.</summary>
    Forbidden,

    /// <summary>When it is asked to.</summary>
    Optional,

    /// <summary>In no other way.</summary>
    Required,
}
