namespace McpGateway.Dashboard.Components.Controls;

/// <summary>A virtual server in the overview.</summary>
public sealed partial class ServerTableRow
{
    protected override DateTimeOffset? Time => Row.LastUse;
}
