using System.Net.Sockets;

namespace McpGateway.Gateway.Upstreams;

/// <summary>A connection to an upstream, whose readers leave the thread that waits for sockets from time to time (<see cref="SocketTurn"/>).</summary>
internal sealed class UpstreamStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private SocketTurn _turn;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = base.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            _turn.Reset();
            return reading;
        }

        var read = reading.Result;
        return _turn.IsOver(read) ? LeaveAsync(read) : ValueTask.FromResult(read);
    }

    private static async ValueTask<int> LeaveAsync(int read)
    {
        await SocketTurn.LeaveAsync();
        return read;
    }
}
