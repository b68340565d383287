using McpGateway.Abstractions.Changes;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Administration;

/// <summary>
/// Looks at every stored secret once after a start: what was sealed under the previous master key is sealed under the current one, so that the
/// previous may go, and what no key opens is named.
/// </summary>
internal sealed partial class SecretRenewal(GatewayDatabase database, UpstreamSecrets secrets, ILogger<SecretRenewal> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var upstreams = await database.ReadAsync((db, token) => db.Upstreams.ToListAsync(token), stoppingToken);
            var renewed = 0;
            foreach (var row in upstreams.Where(IsToBeRenewed))
            {
                renewed += await RenewAsync(row.Id, stoppingToken) ? 1 : 0;
            }

            if (renewed > 0)
            {
                LogRenewed(renewed);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start begins again.
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    private bool IsToBeRenewed(UpstreamEntity row)
    {
        var (headers, environment) = Renew(row);
        if (headers is null || environment is null)
        {
            LogLost(row.Name);
        }

        return (headers is not null && headers != row.SealedHeaders) || (environment is not null && environment != row.SealedEnvironment);
    }

    private Task<bool> RenewAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async (db, log, token) =>
        {
            if (await db.Upstreams.FirstOrDefaultAsync(row => row.Id == id, token) is not { } row)
            {
                return false;
            }

            var (headers, environment) = Renew(row);
            (row.SealedHeaders, row.SealedEnvironment) = (headers ?? row.SealedHeaders, environment ?? row.SealedEnvironment);
            // Nodes have the old bytes in their routes.
            log.Changed(ChangeKind.Upstream, id);
            return true;
        },
        cancellationToken);

    private (byte[]? Headers, byte[]? Environment) Renew(UpstreamEntity row) => (
        row.SealedHeaders.Length == 0 ? row.SealedHeaders : secrets.Headers.Renew(row.Id, row.SealedHeaders),
        row.SealedEnvironment.Length == 0 ? row.SealedEnvironment : secrets.Environment.Renew(row.SealedEnvironment, row.Id));

    [LoggerMessage(Level = LogLevel.Information, Message = "The credentials of {Count} MCP servers were sealed anew under the current master key.")]
    private partial void LogRenewed(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The credentials of the MCP server '{Name}' cannot be opened with Keys:Current or Keys:Previous. Give the key that they were sealed under, or enter them anew.")]
    private partial void LogLost(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored credentials could not be looked through. Keep Keys:Previous until a start has done it.")]
    private partial void LogFailed(Exception exception);
}
