using McpGateway.DashboardHost.Configuration;

return await DashboardCommand.RunAsync(args);
