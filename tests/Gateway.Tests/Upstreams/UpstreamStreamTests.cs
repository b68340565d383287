using System.Net;
using System.Net.Sockets;
using McpGateway.Gateway.Upstreams;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class UpstreamStreamTests
{
    private const int Read = 16 * 1024;
    private const int Waiting = 512 * 1024;

    /// <summary>What is there already is read without waiting; but not for ever, or nothing else on the thread would get its turn.</summary>
    [Fact]
    public async Task Reader_OfMuchThatIsThereAlready_LeavesItsThread()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 * Waiting };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(listener.LocalEndPoint!, UpstreamRig.Cancelled);
        using var receiver = await listener.AcceptAsync(UpstreamRig.Cancelled);
        await sender.SendAsync(new byte[Waiting], UpstreamRig.Cancelled);
        await Eventually.TrueAsync(() => receiver.Available == Waiting, "everything has arrived");
        await using var stream = new UpstreamStream(receiver);
        var buffer = new byte[Read];
        var left = 0;

        for (var total = 0; total < Waiting;)
        {
            var reading = stream.ReadAsync(buffer, UpstreamRig.Cancelled);
            left += reading.IsCompleted ? 0 : 1;
            total += await reading;
        }

        left.ShouldBeInRange(2, 5);
    }
}
