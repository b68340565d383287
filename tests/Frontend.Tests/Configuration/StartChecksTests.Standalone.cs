using McpGateway.Frontend.Configuration;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Tests.Configuration;

public sealed class StartChecksTests
{
    /// <summary>Of options that the host's own depend on, which it reads first of all, as of all others.</summary>
    [Fact]
    public void Mistakes_InWhatTheHostWaitsFor_AreNamedTogether()
    {
        var message = Refuse(("Http:StopDelay", "00:10:00"), ("Mcp:DrainTime", "1.00:00:00"), ("Overload:RefusalDelay", "00:01:00"));

        foreach (var key in (string[])["Http:StopDelay", "Mcp:DrainTime", "Overload:RefusalDelay"])
        {
            message.ShouldContain(key);
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
        var message = Refuse((key, value));

        message.ShouldContain(key);
        message.ShouldContain($"'{value}'");
    }

    /// <summary>What a start with these settings is refused with.</summary>
    private static string Refuse(params (string Key, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("mcpgateway-settings-");
        try
        {
            return Should.Throw<GatewayStartException>(() => GatewayApplication.Build("http://127.0.0.1:0", data.FullName, builder =>
            {
                foreach (var (key, value) in settings)
                {
                    builder.Configuration[key] = value;
                }
            })).Message;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
