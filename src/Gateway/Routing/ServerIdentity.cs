using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Gateway.Routing;

/// <summary>What a virtual server says of itself, as JSON encoded once.</summary>
public sealed class ServerIdentity
{
    /// <summary>Upper bound of merged instructions, in characters: they land in the context of a model.</summary>
    private const int MaxInstructions = 16_384;

    internal ServerIdentity(SnapshotHeader header, ItemTable[] tables)
    {
        HasPrompts = tables[(int)ItemKind.Prompt].Routes.Length > 0;
        HasResources = tables[(int)ItemKind.Resource].Routes.Length + tables[(int)ItemKind.ResourceTemplate].Routes.Length > 0;
        ServerInfo = Encode(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, header.Name);
            writer.WriteString("version"u8, Version);
            writer.WriteEndObject();
        });
        Capabilities = Encode(writer => WriteCapabilities(writer, header));
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

    /// <summary>The <c>capabilities</c> object.</summary>
    public ReadOnlyMemory<byte> Capabilities { get; }

    /// <summary>The <c>instructions</c> string with its quotes; empty for none.</summary>
    public ReadOnlyMemory<byte> Instructions { get; }

    private void WriteCapabilities(Utf8JsonWriter writer, SnapshotHeader header)
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
            WriteListCapability(writer, "resources"u8);
        }

        foreach (var name in (ReadOnlySpan<string>)["completions", "logging"])
        {
            if (header.Upstreams.Any(upstream => Declares(upstream.Capabilities, name)))
            {
                writer.WriteStartObject(name);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteListCapability(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("listChanged"u8, true);
        writer.WriteEndObject();
    }

    private static bool Declares(ReadOnlyMemory<byte> capabilities, string name)
    {
        if (capabilities.IsEmpty)
        {
            return false;
        }

        using var document = JsonDocument.Parse(capabilities);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out _);
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
