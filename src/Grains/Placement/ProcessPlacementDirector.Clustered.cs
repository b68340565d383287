using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Storage;
using Microsoft.EntityFrameworkCore;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace McpGateway.Grains.Placement;

/// <summary>
/// Places grains that start processes on silos of role <c>stdio</c>, all others anywhere. Where no silo has the role, the grain comes to life
/// anywhere too and says what is missing (<see cref="Gateway.Upstreams.UpstreamOptions.RunsProcesses"/>).
/// </summary>
internal sealed class ProcessPlacementDirector(GatewayDatabase database, ISiloMetadataCache metadata) : IPlacementDirector
{
    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (strategy is ProcessPlacement || await IsProcessAsync(target.GrainIdentity.Key.ToString()!))
        {
            var fit = Array.FindAll(silos, MayRunProcesses);
            silos = fit.Length > 0 ? fit : silos;
        }

        return silos[Random.Shared.Next(silos.Length)];
    }

    private async Task<bool> IsProcessAsync(string key)
    {
        var id = ConnectionKey.Parse(key)?.UpstreamId ?? key;
        return await database.ReadAsync(
            (db, token) => db.Upstreams.AnyAsync(upstream => upstream.Id == id && upstream.Transport == TransportKind.Stdio, token), CancellationToken.None);
    }

    private bool MayRunProcesses(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(SiloRoles.MetadataKey, out var roles) && SiloRoles.Split(roles).Contains(SiloRoles.Stdio);
}
