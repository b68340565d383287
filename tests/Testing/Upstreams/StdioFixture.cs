namespace McpGateway.Testing.Upstreams;

/// <summary>The scripted stdio server (<c>Fixtures/stdio-server.mjs</c>); its arguments are explained in its first lines. Needs Node ≥ 20.</summary>
public static class StdioFixture
{
    public const string Command = "node";

    public static string Script => Path.Combine(AppContext.BaseDirectory, "Fixtures", "stdio-server.mjs");

    /// <summary>Arguments of <see cref="Command"/> that start the server with these options.</summary>
    public static string[] Arguments(params string[] options) => [Script, .. options];
}
