using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using Orleans.Hosting;
using StackExchange.Redis;

namespace McpGateway.Cluster.Membership;

/// <summary>Membership in Redis. The only file that knows the package; <c>-p:RedisMembership=false</c> compiles NoRedisMembership.cs in its place.</summary>
internal static class RedisMembership
{
    public static bool IsBuiltIn => true;

    public static void Use(ISiloBuilder silo, string connection) => silo.UseRedisClustering(options => Configure(options, connection));

    public static void Use(IClientBuilder client, string connection) => client.UseRedisClustering(options => Configure(options, connection));

    /// <summary>What cannot be read in a connection string, without the string, which may hold a password; null when all can.</summary>
    public static string? Problem(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection).EndPoints.Count == 0 ? "it names no address." : null;
        }
        catch (ArgumentException exception)
        {
            return exception.ParamName is { } part ? $"the option '{part}' is wrong." : "an option is wrong.";
        }
    }

    /// <summary>Whether a failure says that Redis answers and has lost the membership. The provider has no other sign of it than the words.</summary>
    public static bool SaysLost(Exception exception) =>
        exception is RedisClusteringException && exception.Message.Contains("version is missing", StringComparison.Ordinal);

    private static void Configure(RedisClusteringOptions options, string connection)
    {
        options.ConfigurationOptions = ConfigurationOptions.Parse(connection);

        // Redis may be away when this node starts or at any later time; the nodes that know each other go on without.
        options.ConfigurationOptions.AbortOnConnectFail = false;
    }
}
