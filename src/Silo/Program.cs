using McpGateway.Gateway.Telemetry;
using McpGateway.Grains;
using McpGateway.Storage;
using Orleans.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddTelemetry();
builder.Services.AddGatewayStorage(options => builder.Configuration.GetSection("Storage").Bind(options));
builder.Services.AddGatewayGrains();
builder.Host.UseOrleans(silo => silo.UseLocalhostClustering());
await builder.Build().RunAsync();
