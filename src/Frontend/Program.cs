using McpGateway.Frontend.Configuration;

return await GatewayCommand.RunAsync(args);
