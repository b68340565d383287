using System.Buffers;
using System.Text.Json;

namespace McpGateway.Protocol.Mcp;

/// <summary>Reads and writes the object <c>capabilities</c> of a client (spec: lifecycle, <c>ClientCapabilities</c>).</summary>
public static class ClientCapabilitiesJson
{
    private const string Apps = "io.modelcontextprotocol/ui";

    private const string Tasks = "io.modelcontextprotocol/tasks";

    private static readonly byte[]?[] s_written = new byte[]?[256];
    private static readonly byte[]?[] s_writtenWithTasks = new byte[]?[256];

    /// <summary>What the object declares. Members that decide nothing here are passed over; what is no object declares nothing.</summary>
    /// <param name="json">Well-formed JSON.</param>
    public static ClientCapabilities Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return ClientCapabilities.None;
        }

        var declared = ClientCapabilities.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            declared |= reader.ValueTextEquals("sampling"u8) ? ReadSampling(ref reader)
                : reader.ValueTextEquals("elicitation"u8) ? ReadElicitation(ref reader)
                : reader.ValueTextEquals("roots"u8) ? ReadRoots(ref reader)
                : reader.ValueTextEquals("extensions"u8) ? ReadExtensions(ref reader)
                : Skip(ref reader);
        }

        return declared;
    }

    /// <summary>The object that declares these capabilities to a server. The same array each time: not to be changed.</summary>
    public static ReadOnlyMemory<byte> Write(ClientCapabilities capabilities) => s_written[(byte)capabilities] ??= Make(capabilities, hasTasks: false);

    /// <summary>The same with the tasks extension (2026-07-28): the server may make a task of the call.</summary>
    public static ReadOnlyMemory<byte> WriteWithTasks(ClientCapabilities capabilities) =>
        s_writtenWithTasks[(byte)capabilities] ??= Make(capabilities, hasTasks: true);

    /// <summary>True when the object declares the tasks extension (2026-07-28).</summary>
    /// <param name="json">Well-formed JSON; may be empty.</param>
    public static bool DeclareTasks(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("extensions"u8) < 0 && !json.Contains((byte)'\\'))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("extensions"u8, out var extensions)
            && extensions.ValueKind == JsonValueKind.Object
            && extensions.TryGetProperty(Tasks, out var settings)
            && settings.ValueKind == JsonValueKind.Object;
    }

    private static byte[] Make(ClientCapabilities capabilities, bool hasTasks)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        if (capabilities.HasFlag(ClientCapabilities.Sampling))
        {
            json.WriteStartObject("sampling");
            WriteMember(json, "tools", capabilities.HasFlag(ClientCapabilities.SamplingTools));
            WriteMember(json, "context", capabilities.HasFlag(ClientCapabilities.SamplingContext));
            json.WriteEndObject();
        }

        if ((capabilities & (ClientCapabilities.Elicitation | ClientCapabilities.UrlElicitation)) != ClientCapabilities.None)
        {
            json.WriteStartObject("elicitation");
            WriteMember(json, "form", capabilities.HasFlag(ClientCapabilities.Elicitation));
            WriteMember(json, "url", capabilities.HasFlag(ClientCapabilities.UrlElicitation));
            json.WriteEndObject();
        }

        if (capabilities.HasFlag(ClientCapabilities.Roots))
        {
            json.WriteStartObject("roots");
            if (capabilities.HasFlag(ClientCapabilities.RootsListChanged))
            {
                json.WriteBoolean("listChanged", true);
            }

            json.WriteEndObject();
        }

        var hasApps = capabilities.HasFlag(ClientCapabilities.Apps);
        if (hasApps || hasTasks)
        {
            json.WriteStartObject("extensions");
            if (hasApps)
            {
                json.WriteStartObject(Apps);
                json.WriteStartArray("mimeTypes");
                json.WriteStringValue("text/html;profile=mcp-app");
                json.WriteEndArray();
                json.WriteEndObject();
            }

            WriteMember(json, Tasks, hasTasks);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, bool isDeclared)
    {
        if (isDeclared)
        {
            json.WriteStartObject(name);
            json.WriteEndObject();
        }
    }

    private static ClientCapabilities ReadSampling(ref Utf8JsonReader reader) => ClientCapabilities.Sampling | ReadMembers(
        ref reader,
        static (ref Utf8JsonReader member) => member.ValueTextEquals("tools"u8) ? ClientCapabilities.SamplingTools
            : member.ValueTextEquals("context"u8) ? ClientCapabilities.SamplingContext
            : ClientCapabilities.None);

    private static ClientCapabilities ReadElicitation(ref Utf8JsonReader reader)
    {
        var modes = ReadMembers(
            ref reader,
            static (ref Utf8JsonReader member) => member.ValueTextEquals("form"u8) ? ClientCapabilities.Elicitation
                : member.ValueTextEquals("url"u8) ? ClientCapabilities.UrlElicitation
                : ClientCapabilities.None);
        return modes == ClientCapabilities.None ? ClientCapabilities.Elicitation : modes;
    }

    private static ClientCapabilities ReadRoots(ref Utf8JsonReader reader) => ClientCapabilities.Roots | ReadMembers(
        ref reader,
        static (ref Utf8JsonReader member) =>
            member.ValueTextEquals("listChanged"u8) && member.Read() && member.TokenType == JsonTokenType.True
                ? ClientCapabilities.RootsListChanged
                : ClientCapabilities.None);

    private static ClientCapabilities ReadExtensions(ref Utf8JsonReader reader) => ReadMembers(
        ref reader, static (ref Utf8JsonReader member) => member.ValueTextEquals(Apps) ? ClientCapabilities.Apps : ClientCapabilities.None);

    private static ClientCapabilities Skip(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return ClientCapabilities.None;
    }

    /// <summary>What the members of an object mean; the reader stands on the object's name before and at its end after.</summary>
    private static ClientCapabilities ReadMembers(ref Utf8JsonReader reader, MemberMeaning meaning)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ClientCapabilities.None;
        }

        var declared = ClientCapabilities.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            declared |= meaning(ref reader);
            reader.Skip();
        }

        return declared;
    }

    /// <summary>May read the member's value.</summary>
    private delegate ClientCapabilities MemberMeaning(ref Utf8JsonReader reader);
}
