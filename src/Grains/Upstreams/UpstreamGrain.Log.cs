using McpGateway.Abstractions.Upstreams;
using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Upstreams;

internal sealed partial class UpstreamGrain
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "MCP server {Id} is looked at soon: {Reason}")]
    private partial void LogSuspected(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MCP server {Id} cannot be used ({Fault}): {Detail}")]
    private partial void LogDown(string id, UpstreamFault fault, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "MCP server {Id} answers again")]
    private partial void LogBack(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "What MCP server {Id} said could not be kept; it is asked again")]
    private partial void LogLookFailed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} could not be told to close")]
    private partial void LogNotClosed(string connection, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A change of the lists of MCP server {Id} was not passed on")]
    private partial void LogNotSuspected(string id, Exception exception);
}
