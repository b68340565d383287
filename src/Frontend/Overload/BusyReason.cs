namespace McpGateway.Frontend.Overload;

/// <summary>Why a call was not taken on.</summary>
internal enum BusyReason
{
    /// <summary>As many calls as may wait for the upstream wait already.</summary>
    UpstreamFull,

    /// <summary>As many calls as may wait on the node wait already.</summary>
    NodeFull,

    /// <summary>By all that is known its turn would have come too late.</summary>
    LongWait,

    /// <summary>Its turn did not come in time.</summary>
    Waited,
}
