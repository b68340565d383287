using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace McpGateway.Testing.Databases;

/// <summary>A Redis server of our own on a free port of loopback, without a file, gone with the tests.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Connection => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Starts a server. Null where Redis is not installed, so that tests can be skipped on a laptop; where <c>CI</c> is <c>true</c> that is an error.</summary>
    public static async Task<RedisServer?> TryStartAsync()
    {
        const string program = "/usr/bin/redis-server";
        if (!File.Exists(program))
        {
            return string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)
                ? throw new InvalidOperationException($"Redis is not installed (no {program}).")
                : null;
        }

        var port = FreePort();
        string[] settings = ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        var server = new RedisServer(
            Process.Start(new ProcessStartInfo(program, settings) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() })!, port);
        _ = server._process.StandardOutput.ReadToEndAsync();
        await Eventually.TrueAsync(server.IsListening, "Redis listens");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private bool IsListening()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
