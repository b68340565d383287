namespace McpGateway.Gateway.Metering;

/// <summary>Where the time of a call to an upstream goes. They do not add up to the total, which has the client's and the upstream's time in it too.</summary>
public enum CallStage
{
    /// <summary>Who asks, and may they use this virtual server.</summary>
    Auth,

    /// <summary>What is asked, is it allowed, and where does it lead: from the message's last byte to the decision to call.</summary>
    Policy,

    /// <summary>Waiting for the gateway's own limits: a free connection.</summary>
    Queue,

    /// <summary>Opening a connection, or a session, at the upstream.</summary>
    Connect,

    /// <summary>From the request's first byte on the wire to the first byte of its answer.</summary>
    FirstByte,

    /// <summary>The gateway's own time: the total without the upstream's and the client's.</summary>
    Own,

    /// <summary>From the call's arrival to the end of its answer, without the time in which its client was asked something.</summary>
    Total,
}
