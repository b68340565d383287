using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using McpGateway.Abstractions.Seam;
using McpGateway.Cluster.Membership;
using McpGateway.Cluster.Transport;
using Microsoft.Extensions.Options;

namespace McpGateway.Cluster;

/// <summary>Finds everything that is wrong with <see cref="ClusterSettings"/> at once.</summary>
internal sealed class ClusterSettingsValidator : IValidateOptions<ClusterSettings>
{
    private const int LongestId = 150;

    public ValidateOptionsResult Validate(string? name, ClusterSettings options)
    {
        List<string> problems = [.. NameProblems(options), .. MembershipProblems(options), .. AddressProblems(options), .. TlsProblems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> NameProblems(ClusterSettings options)
    {
        if (options.ClusterId is not { Length: > 0 and <= LongestId })
        {
            yield return $"Cluster:ClusterId must have 1 to {LongestId} characters.";
        }

        if (options.ServiceId is not { Length: > 0 and <= LongestId })
        {
            yield return $"Cluster:ServiceId must have 1 to {LongestId} characters.";
        }

        foreach (var role in options.RoleList.Where(role => role != SiloRoles.Stdio))
        {
            yield return $"Cluster:Roles names '{role}'; the only role is '{SiloRoles.Stdio}'.";
        }
    }

    private static IEnumerable<string> MembershipProblems(ClusterSettings options)
    {
        if (options.IsOnRedis)
        {
            if (!RedisMembership.IsBuiltIn)
            {
                yield return "Cluster:Membership is 'redis', which this build has left out (RedisMembership=false); it must be 'postgres'.";
            }
            else if (string.IsNullOrWhiteSpace(options.Redis))
            {
                yield return "Cluster:Redis is needed where Cluster:Membership is 'redis', such as 'redis:6379,password=…'.";
            }
            else if (RedisMembership.Problem(options.Redis) is { } problem)
            {
                yield return $"Cluster:Redis cannot be read: {problem}";
            }
        }
        else if (!options.IsOnPostgres)
        {
            yield return $"Cluster:Membership is '{options.Membership}'; it must be 'redis' or 'postgres'.";
        }
        else if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            yield return "Cluster:ConnectionString is needed where Cluster:Membership is 'postgres'.";
        }
        else if (PostgresProblem(options.ConnectionString) is { } problem)
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> AddressProblems(ClusterSettings options)
    {
        if (!IPAddress.TryParse(options.AdvertisedAddress, out var address))
        {
            yield return $"Cluster:AdvertisedAddress is '{options.AdvertisedAddress}'; it must be an IP address.";
        }
        else if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            yield return $"Cluster:AdvertisedAddress is '{address}', at which nobody can be reached; in Kubernetes it is the pod's (status.podIP).";
        }

        if (options.SiloPort is < 1 or > 65535)
        {
            yield return $"Cluster:SiloPort is {options.SiloPort}; it must be 1 to 65535.";
        }

        if (options.GatewayPort is < 1 or > 65535 || options.GatewayPort == options.SiloPort)
        {
            yield return $"Cluster:GatewayPort is {options.GatewayPort}; it must be 1 to 65535 and another than Cluster:SiloPort.";
        }
    }

    private static IEnumerable<string> TlsProblems(ClusterSettings options)
    {
        var tls = options.Tls;
        if (tls.IsComplete)
        {
            if (options.InsecureTransport)
            {
                yield return "Cluster:InsecureTransport is true although Cluster:Tls names certificates; only one of them can be meant.";
            }

            if (CertificateProblem(tls) is { } problem)
            {
                yield return problem;
            }

            yield break;
        }

        if (tls.CertificateFile is not null || tls.KeyFile is not null || tls.AuthorityFile is not null)
        {
            yield return "Cluster:Tls needs all of CertificateFile, KeyFile and AuthorityFile.";
        }
        else if (!options.InsecureTransport)
        {
            yield return "Cluster:Tls names no certificates. Whoever reaches a silo's port without TLS is administrator; where nobody else can, say Cluster:InsecureTransport=true.";
        }
    }

    private static string? CertificateProblem(TlsSettings tls)
    {
        try
        {
            NodeCertificate.Load(PemFiles.Read(tls));
            return null;
        }
        catch (CryptographicException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"Cluster:Tls: a file cannot be read: {exception.Message}";
        }
    }

    // The text itself stays out of the message: it may hold a password.
    private static string? PostgresProblem(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            return parts.ContainsKey("Host") || parts.ContainsKey("Server") ? null : "Cluster:ConnectionString names no Host.";
        }
        catch (ArgumentException)
        {
            return "Cluster:ConnectionString cannot be read: it must be KEY=VALUE pairs, separated by semicolons.";
        }
    }
}
