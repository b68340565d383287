using Orleans.Hosting;

namespace McpGateway.Cluster.Membership;

/// <summary>Membership in PostgreSQL, for installations that want no Redis. The tables come from the migration job.</summary>
internal static class PostgresMembership
{
    /// <summary>The name by which Orleans' ADO.NET providers know the driver.</summary>
    private const string Invariant = "Npgsql";

    public static void Use(ISiloBuilder silo, string connection) => silo.UseAdoNetClustering(options =>
    {
        options.Invariant = Invariant;
        options.ConnectionString = connection;
    });

    public static void Use(IClientBuilder client, string connection) => client.UseAdoNetClustering(options =>
    {
        options.Invariant = Invariant;
        options.ConnectionString = connection;
    });
}
