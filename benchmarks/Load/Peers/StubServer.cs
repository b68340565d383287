using System.Net;
using System.Net.Sockets;

namespace McpGateway.Load.Peers;

/// <summary>
/// The fastest MCP server that we can write: it answers over HTTP/1.1 what <see cref="StubAnswers"/> has ready for the path. It prints its port and
/// runs until it is killed or its standard input closes.
/// </summary>
internal static class StubServer
{
    public static async Task<int> RunAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = AcceptAsync(listener);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var request = new HttpMessage(socket);
                var answer = new HttpAnswer();
                while (await request.ReadAsync())
                {
                    answer.Write(request);
                    if (answer.Delay > TimeSpan.Zero)
                    {
                        await Task.Delay(answer.Delay);
                    }

                    for (var rest = answer.Written; !rest.IsEmpty;)
                    {
                        rest = rest[await socket.SendAsync(rest)..];
                    }
                }
            }
            catch (SocketException)
            {
                // The other side is gone.
            }
        }
    }
}
