using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>How far a question about an upstream's era got.</summary>
internal enum EraEvidence
{
    /// <summary>It is modern, and the verdict is there.</summary>
    Modern,

    /// <summary>It speaks the modern era, but nothing that we can speak to it; the failure says so.</summary>
    ModernButUnusable,

    /// <summary>It did not understand: legacy, or no MCP at all.</summary>
    NotModern,

    /// <summary>Nothing can be concluded: unreachable, unauthorized, too slow.</summary>
    None,
}

/// <summary>Opens conversations, and with them finds out about eras (protocol.md 1.3).</summary>
internal static class UpstreamHandshake
{
    public static string ModernVersion { get; } = ProtocolRevisions.LatestModern.Text();

    /// <summary>Asks <c>server/discover</c>.</summary>
    public static async Task<(EraEvidence Evidence, UpstreamVerdict? Verdict, UpstreamFailure? Failure)> DiscoverAsync(
        UpstreamClient client, CancellationToken cancellationToken)
    {
        client.Modern = true;
        var reply = await client.RequestAsync("server/discover", null, cancellationToken);
        if (reply.Error is { Code: McpErrorCode.UnsupportedProtocolVersion } refused && NamesOurVersion(Member(refused.Data, "supported")))
        {
            // It refused the very version that it says to support, as a server may while it is being replaced: asked once more.
            reply = await client.RequestAsync("server/discover", null, cancellationToken);
        }

        if (reply.Succeeded)
        {
            return ReadDiscover(reply.Result());
        }

        if (reply.Error is { } error && IsModernError(error.Code))
        {
            return ReadRefusal(error);
        }

        var failure = reply.ToFailure("server/discover");
        var evidence = reply.Error is null && failure.Fault is UpstreamFault.Unauthorized or UpstreamFault.TimedOut or UpstreamFault.Unreachable
            ? EraEvidence.None
            : EraEvidence.NotModern;
        return (evidence, null, failure);
    }

    /// <summary>Initializes with the newest legacy revision and accepts a lower one.</summary>
    /// <param name="capabilities">What is declared that the client can be asked.</param>
    public static async Task<(UpstreamVerdict? Verdict, UpstreamFailure? Failure, bool SaysModern)> InitializeAsync(
        UpstreamClient client, ClientCapabilities capabilities, CancellationToken cancellationToken)
    {
        client.Modern = false;
        var reply = await client.RequestAsync(
            "initialize",
            writer =>
            {
                writer.WriteString("protocolVersion", ProtocolRevisions.LatestLegacy.Text());
                writer.WritePropertyName("capabilities");
                writer.WriteRawValue(ClientCapabilitiesJson.Write(capabilities).Span, skipInputValidation: true);
                writer.WritePropertyName("clientInfo");
                WriteClientInfo(writer);
            },
            cancellationToken);
        if (!reply.Succeeded)
        {
            // Whoever does not even know initialize is no legacy server.
            var saysModern = reply.Error is { } error && (IsModernError(error.Code) || error.Code == McpErrorCode.MethodNotFound);
            return (null, reply.ToFailure("initialize"), saysModern);
        }

        var result = reply.Result();
        if (Text(result, "protocolVersion") is not { } version
            || !ProtocolRevisions.TryParse(version, out var revision)
            || !revision.IsLegacy())
        {
            return (null, new UpstreamFailure(UpstreamFault.Invalid, "The upstream answered initialize with a protocol version that we do not know."), false);
        }

        client.ProtocolVersion = revision.HasVersionHeader() ? version : null;
        if (await client.NotifyAsync("notifications/initialized", cancellationToken) is { } refused)
        {
            return (null, refused, false);
        }

        var info = Member(result, "serverInfo");
        var verdict = new UpstreamVerdict(
            Era.Legacy, version, client.SessionId is not null, Capabilities(result), Text(info, "name"), Text(info, "version"), Text(result, "instructions"));
        return (verdict, null, false);
    }

    public static void WriteClientInfo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", GatewayIdentity.Name);
        writer.WriteString("version", GatewayIdentity.Version);
        writer.WriteEndObject();
    }

    internal static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonElement Member(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) ? value : default;

    private static bool IsModernError(int code) =>
        code is McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion;

    /// <summary>A modern error to a discover request: it speaks the era, but perhaps another revision of it, or it may offer legacy ones.</summary>
    private static (EraEvidence Evidence, UpstreamVerdict? Verdict, UpstreamFailure? Failure) ReadRefusal(RpcError error) =>
        Member(error.Data, "supported") is { ValueKind: JsonValueKind.Array } supported
            ? NoCommonVersion(supported)
            : (EraEvidence.ModernButUnusable, null, new UpstreamFailure(
                UpstreamFault.Invalid, $"The upstream speaks the modern protocol but refuses server/discover with {error.Code}: {error.Message}"));

    private static (EraEvidence Evidence, UpstreamVerdict? Verdict, UpstreamFailure? Failure) NoCommonVersion(JsonElement supported)
    {
        var versions = supported.EnumerateArray().Where(version => version.ValueKind == JsonValueKind.String).Take(10).Select(version => version.GetString()!).ToArray();
        var hasLegacy = versions.Any(version => ProtocolRevisions.TryParse(version, out var revision) && revision.IsLegacy());
        var failure = new UpstreamFailure(UpstreamFault.Invalid, $"The upstream speaks no protocol version that we do; it names {string.Join(", ", versions)}.");
        return (hasLegacy ? EraEvidence.NotModern : EraEvidence.ModernButUnusable, null, failure);
    }

    private static (EraEvidence Evidence, UpstreamVerdict? Verdict, UpstreamFailure? Failure) ReadDiscover(JsonElement result)
    {
        if (Member(result, "supportedVersions") is not { ValueKind: JsonValueKind.Array } versions)
        {
            return (EraEvidence.NotModern, null, new UpstreamFailure(UpstreamFault.Invalid, "The answer to server/discover has no supportedVersions."));
        }

        if (!NamesOurVersion(versions))
        {
            return NoCommonVersion(versions);
        }

        var info = Member(Member(result, "_meta"), "io.modelcontextprotocol/serverInfo");
        var verdict = new UpstreamVerdict(
            Era.Modern, ModernVersion, RequiresSession: false, Capabilities(result), Text(info, "name"), Text(info, "version"), Text(result, "instructions"));
        return (EraEvidence.Modern, verdict, null);
    }

    private static bool NamesOurVersion(JsonElement versions) =>
        versions.ValueKind == JsonValueKind.Array
        && versions.EnumerateArray().Any(static version => version.ValueKind == JsonValueKind.String && version.ValueEquals(ModernVersion));

    private static byte[] Capabilities(JsonElement result) =>
        Member(result, "capabilities") is { ValueKind: JsonValueKind.Object } capabilities ? JsonMarshal.GetRawUtf8Value(capabilities).ToArray() : "{}"u8.ToArray();
}
