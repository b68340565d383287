using Orleans.Hosting;

namespace McpGateway.Cluster.Membership;

/// <summary>Where silos write down that they live, and where clients look for them.</summary>
internal sealed record MembershipProvider(Action<ISiloBuilder> OnSilo, Action<IClientBuilder> OnClient)
{
    public static MembershipProvider Of(ClusterSettings settings)
    {
        // What is missing is told of with all other mistakes; this only must not be the first to fail.
        var connection = (settings.IsOnPostgres ? settings.ConnectionString : settings.Redis) ?? "";
        return settings.IsOnPostgres
            ? new(silo => PostgresMembership.Use(silo, connection), client => PostgresMembership.Use(client, connection))
            : new(silo => RedisMembership.Use(silo, connection), client => RedisMembership.Use(client, connection));
    }
}
