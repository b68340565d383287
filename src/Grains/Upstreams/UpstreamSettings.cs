using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Stdio;
using McpGateway.Grains.Administration;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Upstreams;

/// <summary>How an upstream is reached, read from its row.</summary>
internal sealed class UpstreamSettings(UpstreamSecrets secrets)
{
    /// <summary>Opens what is sealed and makes the row usable.</summary>
    /// <exception cref="UpstreamException">The credentials cannot be opened with the keys that we have.</exception>
    public UpstreamTarget Open(UpstreamEntity row)
    {
        var headers = secrets.Headers.Open(row.Id, row.SealedHeaders)
            ?? throw new UpstreamException(UpstreamFault.Unauthorized, "The stored credentials cannot be opened: they were sealed under another master key. Enter them anew.");
        return new UpstreamTarget(
            row.Id,
            row.Transport,
            Uri.TryCreate(row.Url, UriKind.Absolute, out var url) ? url : null,
            headers,
            row.Transport == TransportKind.Stdio
                ? new StdioLaunch(row.Command ?? "", [.. row.Arguments], OpenEnvironment(row), row.WorkingFolder)
                : null);
    }

    /// <summary>Differs when a connection made under the one row would be wrong under the other.</summary>
    public static string StampOf(UpstreamEntity row) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
    {
        row.Enabled, row.Transport, row.Url, row.Command, row.Arguments, row.WorkingFolder, row.SealedEnvironment, row.SealedHeaders, row.Sharing,
    })));

    private ImmutableDictionary<string, string> OpenEnvironment(UpstreamEntity row)
    {
        if (row.SealedEnvironment.Length == 0)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        var text = secrets.Environment.OpenText(row.SealedEnvironment, row.Id)
            ?? throw new UpstreamException(UpstreamFault.Unauthorized, "The stored environment cannot be opened: it was sealed under another master key. Enter it anew.");
        return JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(text)!;
    }
}
