using System.Globalization;

namespace McpGateway.Load.Measuring;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"mcpg-bench-{Environment.ProcessId}-")).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
