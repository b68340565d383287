using McpGateway.Dashboard.Configuration;

namespace McpGateway.Dashboard.Tests.Assets;

public sealed class AssetManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OwnManifest_IsTaken()
    {
        Write("Host", "{}");
        Write("Another", "\"_content/McpGateway.Dashboard/dashboard.js\"");

        AssetManifest.Find(_folder, "Host").ShouldBe(Path.Combine(_folder, "Host.staticwebassets.endpoints.json"));
    }

    [Fact]
    public void WithoutAnOwnOne_TheHostsManifestIsTaken_NotTheLibrarys()
    {
        Write("McpGateway.Dashboard", "\"dashboard.js\"");
        Write("McpGateway.Frontend", "\"_content/McpGateway.Dashboard/dashboard.js\"");

        AssetManifest.Find(_folder, "Some.Tests").ShouldBe(Path.Combine(_folder, "McpGateway.Frontend.staticwebassets.endpoints.json"));
    }

    [Fact]
    public void WithoutAnyManifest_ThereIsNone() => AssetManifest.Find(_folder, "Host").ShouldBeNull();

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name + ".staticwebassets.endpoints.json"), text);
}
