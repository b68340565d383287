using McpGateway.Frontend.Configuration;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Tests.Configuration;

public sealed class StartChecksTests
{
    /// <summary>Of options that the host's own depend on, which it reads first of all, as of all others.</summary>
    [Fact]
    public void Mistakes_InWhatTheHostWaitsFor_AreNamedTogether()
    {
        var data = Directory.CreateTempSubdirectory("mcpgateway-settings-");

        var refused = Should.Throw<GatewayStartException>(() => GatewayApplication.Build("http://127.0.0.1:0", data.FullName, builder =>
        {
            builder.Configuration["Http:StopDelay"] = "00:10:00";
            builder.Configuration["Mcp:DrainTime"] = "1.00:00:00";
            builder.Configuration["Overload:RefusalDelay"] = "00:01:00";
        }));

        data.Delete(recursive: true);
        foreach (var key in (string[])["Http:StopDelay", "Mcp:DrainTime", "Overload:RefusalDelay"])
        {
            refused.Message.ShouldContain(key);
        }
    }

    [Theory]
    [InlineData("Mcp:PageSize", "many")]
    [InlineData("Http:StopDelay", "soon")]
    [InlineData("Mcp:MaxResponseBytes", "99999999999")]
    [InlineData("Upstreams:AllowLoopback", "perhaps")]
    [InlineData("Storage:Provider", "oracle")]
    [InlineData("Telemetry:Traces", "2")]
    public void Setting_OfTheWrongForm_IsNamedWithItsValue(string key, string value)
    {
        var data = Directory.CreateTempSubdirectory("mcpgateway-settings-");

        var refused = Should.Throw<GatewayStartException>(() => GatewayApplication.Build(
            "http://127.0.0.1:0", data.FullName, builder => builder.Configuration[key] = value));

        data.Delete(recursive: true);
        refused.Message.ShouldContain(key);
        refused.Message.ShouldContain($"'{value}'");
    }
}
