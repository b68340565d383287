using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Routing;

/// <summary>What a virtual server says of itself, as JSON encoded once.</summary>
public sealed class ServerIdentity
{
    /// <summary>Upper bound of merged instructions, in characters: they land in the context of a model.</summary>
    private const int MaxInstructions = 16_384;

    private const string CoreTasks = """{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}""";

    private readonly string[] _extensions;
    private readonly byte[] _modernCapabilities;
    private readonly byte[] _november2025Capabilities;
    private readonly byte[] _olderCapabilities;

    internal ServerIdentity(SnapshotHeader header, ItemTable[] tables, ExtensionOptions options)
    {
        UpstreamFeatures[] members = [.. header.Upstreams.Select(static upstream => UpstreamFeatures.Read(upstream.Capabilities))];
        var extensions = ExtensionMerge.Merge(members, options);
        _extensions = [.. extensions.Keys];
        HasPrompts = tables[(int)ItemKind.Prompt].Routes.Length > 0;
        HasResources = tables[(int)ItemKind.Resource].Routes.Length + tables[(int)ItemKind.ResourceTemplate].Routes.Length > 0;
        ServerInfo = Encode(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, header.Name);
            writer.WriteString("version"u8, Version);
            writer.WriteEndObject();
        });
        _modernCapabilities = Encode(writer => WriteCapabilities(writer, members, extensions, hasCoreTasks: false));
        // Tasks belong to the core of one revision and are an extension of later ones only.
        extensions.Remove(ExtensionIds.Tasks);
        _november2025Capabilities = Encode(writer => WriteCapabilities(writer, members, extensions, HasTasks));
        _olderCapabilities = Encode(writer => WriteCapabilities(writer, members, extensions, hasCoreTasks: false));
        var instructions = Instruct(header);
        Instructions = instructions is null ? default : Encode(writer => writer.WriteStringValue(instructions));
    }

    /// <summary>The gateway's own version.</summary>
    public static string Version { get; } = typeof(ServerIdentity).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Whether prompts are declared.</summary>
    public bool HasPrompts { get; }

    /// <summary>Whether resources are declared.</summary>
    public bool HasResources { get; }

    /// <summary>The <c>serverInfo</c> object.</summary>
    public ReadOnlyMemory<byte> ServerInfo { get; }

    /// <summary>Whether a member makes tasks of calls.</summary>
    public bool HasTasks => Offers(ExtensionIds.Tasks);

    /// <summary>The <c>instructions</c> string with its quotes; empty for none.</summary>
    public ReadOnlyMemory<byte> Instructions { get; }

    /// <summary>Whether an extension is offered: it is allowed, and a member has it.</summary>
    public bool Offers(string extension) => _extensions.Contains(extension, StringComparer.Ordinal);

    /// <summary>The <c>capabilities</c> object for clients of a revision.</summary>
    public ReadOnlyMemory<byte> CapabilitiesFor(ProtocolRevision revision) =>
        revision.IsModern() ? _modernCapabilities : revision.HasCoreTasks() ? _november2025Capabilities : _olderCapabilities;

    private void WriteCapabilities(
        Utf8JsonWriter writer, UpstreamFeatures[] members, SortedDictionary<string, JsonElement> extensions, bool hasCoreTasks)
    {
        writer.WriteStartObject();
        // Tools are always declared: a server may get its first one while clients are connected, and they are told.
        WriteListCapability(writer, "tools"u8);
        if (HasPrompts)
        {
            WriteListCapability(writer, "prompts"u8);
        }

        if (HasResources)
        {
            // Each resource's own MCP server decides; one that tells of none refuses the subscription.
            WriteListCapability(writer, "resources"u8, canSubscribe: members.Any(static member => member.HasSubscriptions));
        }

        foreach (var name in (ReadOnlySpan<string>)["completions", "logging"])
        {
            if (members.Any(member => member.Declares(name)))
            {
                writer.WriteStartObject(name);
                writer.WriteEndObject();
            }
        }

        if (hasCoreTasks)
        {
            writer.WritePropertyName("tasks"u8);
            writer.WriteRawValue(CoreTasks);
        }

        if (extensions.Count > 0)
        {
            writer.WriteStartObject("extensions"u8);
            foreach (var (id, settings) in extensions)
            {
                writer.WritePropertyName(id);
                settings.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteListCapability(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool canSubscribe = false)
    {
        writer.WriteStartObject(name);
        if (canSubscribe)
        {
            writer.WriteBoolean("subscribe"u8, true);
        }

        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
    }

    private static string? Instruct(SnapshotHeader header)
    {
        var parts = new StringBuilder(header.Instructions);
        var several = header.Upstreams.Length > 1;
        foreach (var upstream in header.Upstreams.Where(upstream => !string.IsNullOrWhiteSpace(upstream.Instructions)))
        {
            parts.Append(parts.Length > 0 ? "\n\n" : "")
                .Append(several ? $"## {upstream.Name}\n\n" : "")
                .Append(upstream.Instructions);
        }

        return parts.Length == 0 ? null : parts.ToString(0, Math.Min(parts.Length, MaxInstructions));
    }

    private static byte[] Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
