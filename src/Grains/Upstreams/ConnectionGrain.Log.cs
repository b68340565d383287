using McpGateway.Abstractions.Upstreams;
using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Upstreams;

internal sealed partial class ConnectionGrain
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} is open")]
    private partial void LogOpened(string connection);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} is closed: {Reason}")]
    private partial void LogClosed(string connection, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} could not be opened ({Fault}): {Detail}")]
    private partial void LogNotOpened(string connection, UpstreamFault fault, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection {Connection} ended by itself ({Fault}): {Detail}")]
    private partial void LogBroke(string connection, UpstreamFault fault, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection {Connection} did not end properly")]
    private partial void LogEndFailed(string connection, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Connection {Connection} is not listened to any more")]
    private partial void LogWatchFailed(string connection, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Connection} could not tell that its client's roots changed: {Detail}")]
    private partial void LogRootsNotTold(string connection, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The upstream's grain could not be told about connection {Connection}")]
    private partial void LogNotTold(string connection, Exception exception);
}
