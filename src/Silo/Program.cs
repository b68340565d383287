using McpGateway.Silo.Configuration;

return await SiloCommand.RunAsync(args);
