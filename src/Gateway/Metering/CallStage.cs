namespace McpGateway.Gateway.Metering;

/// <summary>Where the time of a call to an upstream goes. Some are parts of others, so they do not add up.</summary>
public enum CallStage
{
    /// <summary>Who asks, and may they use this virtual server.</summary>
    Auth,

    /// <summary>What is asked, is it allowed, and where does it lead: from the message's last byte to the decision to call.</summary>
    Policy,

    /// <summary>Waiting for the gateway's own limits: the call's turn, a free connection.</summary>
    Queue,

    /// <summary>Opening a connection, or a session, at the upstream.</summary>
    Connect,

    /// <summary>From the request's first byte on the wire to the first byte of its answer, which may be an event stream's head and say nothing yet.</summary>
    FirstByte,

    /// <summary>All that the call waited for the upstream: <see cref="Connect"/> and <see cref="FirstByte"/> and the rest of the answer.</summary>
    Upstream,

    /// <summary>The gateway's own time: the total without the upstream's, and without the sending of the client's message.</summary>
    Own,

    /// <summary>From the call's arrival to the end of its answer, without the time in which its client was asked something.</summary>
    Total,
}
