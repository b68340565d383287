using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Routing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace McpGateway.Frontend.Configuration;

/// <summary>What a person sees when the gateway has started.</summary>
internal static class StartBanner
{
    public static void Write(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
        {
            Console.WriteLine($"""
                McpGateway {ServerIdentity.Version} listens on {address}
                  dashboard  {address}/ui
                  REST API   {address}/openapi/v1.json
                  MCP        {address}/mcp  (everything a token may see)
                """);
        }

        app.Services.GetService<FirstAdministrator>()?.Announce();
    }
}
