using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Mcp;

/// <summary>
/// The HTTP status that belongs to an error of 2026-07-28, whatever the upstream answered with: a legacy one says 200, and stdio has none.
/// </summary>
internal static class ErrorStatus
{
    /// <param name="errorCode">The code of the error that is relayed; zero for a result.</param>
    /// <param name="upstream">The status that came with it.</param>
    public static int For(McpExchange exchange, int errorCode, int upstream = StatusCodes.Status200OK)
    {
        if (!exchange.IsModern)
        {
            return StatusCodes.Status200OK;
        }

        return errorCode switch
        {
            McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
            McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion => StatusCodes.Status400BadRequest,
            _ => upstream is StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound ? upstream : StatusCodes.Status200OK,
        };
    }
}
