namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>Where things are that are not copied beside the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The gateway as it was built together with these tests.</summary>
    public static string Gateway
    {
        get
        {
            // …/artifacts/EDITION/bin/McpGateway.EndToEnd.Tests/CONFIGURATION/
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "McpGateway.Frontend", own.Name, "McpGateway.Frontend.dll");
        }
    }

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "McpGateway.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"{start} is not inside the repository.");
    }
}
