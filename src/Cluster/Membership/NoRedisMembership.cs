using Orleans.Hosting;

namespace McpGateway.Cluster.Membership;

/// <summary>Stands for RedisMembership.cs in builds without Redis' client. Settings that ask for it are refused before these are called.</summary>
internal static class RedisMembership
{
    public static bool IsBuiltIn => false;

    public static void Use(ISiloBuilder silo, string connection) => throw new NotSupportedException();

    public static void Use(IClientBuilder client, string connection) => throw new NotSupportedException();

    public static string? Problem(string connection) => null;

    public static bool SaysLost(Exception exception) => false;
}
