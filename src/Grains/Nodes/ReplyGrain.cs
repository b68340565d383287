using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Nodes;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Nodes;

internal sealed class ReplyGrain : GatewayGrain, IReplyGrain
{
    // A receiver that reads slower than this loses the answer, not the silo's memory.
    private const int MaxParts = 1024;
    private const int MaxBytes = 32 * 1024 * 1024;

    private Channel<ReplyPart>? _parts;
    private int _bytes;

    public async IAsyncEnumerable<ReplyPart> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = _parts = Channel.CreateBounded<ReplyPart>(new BoundedChannelOptions(MaxParts) { SingleReader = true });
        try
        {
            yield return ReplyPart.Of(ReplyPartKind.Ready);
            await foreach (var part in parts.Reader.ReadAllAsync(cancellationToken))
            {
                _bytes -= part.Content.Length;
                yield return part;
            }
        }
        finally
        {
            _parts = null;
            DeactivateWhenIdle();
        }
    }

    public ValueTask<bool> SendAsync(ReplyPart part, CancellationToken cancellationToken)
    {
        if (_parts is not { } parts || _bytes + part.Content.Length > MaxBytes || !parts.Writer.TryWrite(part))
        {
            _parts?.Writer.TryComplete();
            return ValueTask.FromResult(false);
        }

        _bytes += part.Content.Length;
        if (part.Kind is not ReplyPartKind.Message)
        {
            parts.Writer.TryComplete();
        }

        return ValueTask.FromResult(true);
    }
}
