using System.Security.Cryptography;
using System.Text.Json;
using McpGateway.Gateway.Upstreams.Discovery;

namespace McpGateway.Grains.Upstreams;

/// <summary>Tells whether an upstream says the same as before, so that an unchanged catalog costs no reading of rows.</summary>
internal static class Fingerprint
{
    /// <summary>The same for the same verdict and items, in whatever order they were listed.</summary>
    public static string Of(UpstreamInspection found)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(found.Verdict));
        foreach (var item in found.Items.OrderBy(item => item.Kind).ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new { item.Kind, item.Name, item.Hash }));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
