using System.CommandLine;
using System.CommandLine.Parsing;
using McpGateway.Gateway.Hosting;
using McpGateway.Frontend.Bridge;

namespace McpGateway.Frontend.Configuration;

/// <summary>The command line: serve (the default), or bridge a client that speaks stdio.</summary>
internal static class GatewayCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen; several addresses with ';'.", DefaultValueFactory = _ => GatewayApplication.DefaultUrls };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder of the database and the keys (default: the setting Storage:DataFolder, else ./data)." };
        var root = new RootCommand("McpGateway: one endpoint between agents and MCP servers.") { urls, data };
        root.SetAction((parsed, cancellationToken) => GatewayProgram.RunAsync(() => ServeAsync(parsed.GetRequiredValue(urls), parsed.GetValue(data), cancellationToken)));

        var endpoint = new Option<Uri>("--url") { Description = "Address of a virtual server, such as http://127.0.0.1:4444/servers/ID/mcp.", Required = true, CustomParser = ParseEndpoint };
        var stdio = new Command("stdio", "Speaks MCP on standard input and output and forwards to a virtual server; the token comes from MCPGATEWAY_TOKEN.") { endpoint };
        stdio.SetAction((parsed, cancellationToken) => StdioBridge.RunAsync(parsed.GetRequiredValue(endpoint), cancellationToken));
        root.Subcommands.Add(stdio);

        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = GatewayProgram.LongestEnd });
    }

    private static Uri? ParseEndpoint(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return address;
        }

        argument.AddError($"--url: must be an http or https address, such as http://127.0.0.1:4444/servers/ID/mcp, but is '{text}'.");
        return null;
    }

    private static async Task ServeAsync(string urls, DirectoryInfo? data, CancellationToken cancellationToken)
    {
        SocketThreads.HandleUpstreamsInline();
        var hasStarted = false;
        try
        {
            await using var app = GatewayApplication.Build(urls, data?.FullName, builder => StartLog.HoldBack(builder, () => hasStarted));
            await GatewayApplication.OpenEditionAsync(app, cancellationToken);
            await app.StartAsync(cancellationToken);
            hasStarted = true;
            StartBanner.Write(app);
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (IOException exception) when (!hasStarted)
        {
            // Such as an address that another program listens on.
            throw new GatewayStartException($"McpGateway cannot start: {exception.Message}", exception);
        }
    }
}
