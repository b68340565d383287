namespace McpGateway.Frontend.Relay;

/// <summary>What <see cref="IUpstreamAnswer.ReadAsync"/> came to.</summary>
internal enum ReadOutcome
{
    Message,
    End,
    TooLarge,

    /// <summary>The connection's owner says why there is no answer: <see cref="IUpstreamAnswer.Failure"/>.</summary>
    Failed,
}

/// <summary>An upstream's answer to one call: an HTTP response, or a stream of the grain that owns the connection.</summary>
internal interface IUpstreamAnswer
{
    /// <summary>Set after <see cref="ReadOutcome.Failed"/>.</summary>
    RelayOutcome Failure { get; }

    /// <summary>The message that was read last, until the next one is read.</summary>
    ReadOnlyMemory<byte> Message { get; }

    /// <summary>Reads the next message.</summary>
    ValueTask<ReadOutcome> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Sends the client's response to a question that the upstream asked in this answer.</summary>
    ValueTask RespondAsync(ReadOnlyMemory<byte> response);
}
