namespace McpGateway.Gateway.Hosting;

/// <summary>The gateway cannot start, for a reason that whoever starts it can mend. The message is for them.</summary>
public sealed class GatewayStartException(string message, Exception? innerException = null) : Exception(message, innerException);
