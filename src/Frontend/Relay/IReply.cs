namespace McpGateway.Frontend.Relay;

/// <summary>Where the answer to one request goes: an HTTP response, or the event stream of a 2024-11-05 client.</summary>
internal interface IReply
{
    /// <summary>Fires when the client is gone.</summary>
    CancellationToken ClientGone { get; }

    /// <summary>True when the client can come back for what it missed, once it was told soon that there is a stream.</summary>
    bool WantsEarlySign => false;

    /// <summary>The response will say that there is no room now, and when to try again: for replies that say so outside of it, too.</summary>
    void SetRetryAfter(int seconds)
    {
    }

    /// <summary>Sends a notification that belongs to the request. The answer is a stream from here on.</summary>
    ValueTask NotifyAsync(ReadOnlyMemory<byte> message);

    /// <summary>Says that the answer is still coming, where it can be said.</summary>
    ValueTask KeepAliveAsync();

    /// <summary>Sends the response and ends the answer. Called once.</summary>
    /// <param name="status">HTTP status, as far as it can still be set.</param>
    ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status = StatusCodes.Status200OK);

    /// <summary>Ends the answer without a response: the client cancelled.</summary>
    ValueTask AbandonAsync();
}
