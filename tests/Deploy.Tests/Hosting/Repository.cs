namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>The files under test.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Chart { get; } = Path.Combine(Root, "deploy", "helm", "mcp-gateway");

    public static string Text(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "McpGateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The repository was not found above " + AppContext.BaseDirectory);
    }
}
