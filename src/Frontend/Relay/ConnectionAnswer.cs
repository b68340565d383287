using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Relay;

/// <summary>The answer to a call over a connection of a grain.</summary>
internal sealed class ConnectionAnswer(IAsyncEnumerator<ConnectionReply> replies, IConnectionGrain connection) : IUpstreamAnswer
{
    public RelayOutcome Failure { get; private set; }

    public ReadOnlyMemory<byte> Message { get; private set; }

    public async ValueTask<ReadOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        while (await replies.MoveNextAsync())
        {
            var reply = replies.Current;
            switch (reply.Kind)
            {
                case ConnectionReplyKind.Failed:
                    Failure = RelayOutcome.Failed(reply.Fault, reply.Detail ?? "It failed.");
                    return ReadOutcome.Failed;
                case ConnectionReplyKind.Opened:
                    continue;
                default:
                    Message = reply.Message;
                    return ReadOutcome.Message;
            }
        }

        return ReadOutcome.End;
    }

    public ValueTask RespondAsync(ReadOnlyMemory<byte> response) => connection.RespondAsync(response.ToArray());
}
