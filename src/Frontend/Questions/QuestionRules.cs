using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>What a server may ask a client: only what the client declared (spec: lifecycle, capability negotiation).</summary>
internal static class QuestionRules
{
    /// <summary>Why the client must not be asked this; null when it may.</summary>
    /// <param name="rawParams">The question's <c>params</c>; empty for none.</param>
    public static string? FindRefusal(ClientCapabilities declared, McpMethod method, ReadOnlySpan<byte> rawParams)
    {
        if (method is not (McpMethod.SamplingCreateMessage or McpMethod.ElicitationCreate or McpMethod.RootsList))
        {
            return "A client cannot be asked this.";
        }

        var needed = NeededFor(method, rawParams);
        return (declared & needed) == needed ? null : $"The client did not declare the capability '{NameOf(needed & ~declared)}'.";
    }

    /// <summary>True for an elicitation that sends the user to an address.</summary>
    public static bool IsByUrl(ReadOnlySpan<byte> rawParams) => HasMember(rawParams, "mode"u8, "url"u8);

    private static ClientCapabilities NeededFor(McpMethod method, ReadOnlySpan<byte> rawParams) => method switch
    {
        McpMethod.ElicitationCreate => IsByUrl(rawParams) ? ClientCapabilities.UrlElicitation : ClientCapabilities.Elicitation,
        McpMethod.RootsList => ClientCapabilities.Roots,
        _ => HasMember(rawParams, "tools"u8, default) ? ClientCapabilities.Sampling | ClientCapabilities.SamplingTools : ClientCapabilities.Sampling,
    };

    private static string NameOf(ClientCapabilities missing) => missing switch
    {
        ClientCapabilities.Elicitation => "elicitation",
        ClientCapabilities.UrlElicitation => "elicitation.url",
        ClientCapabilities.Roots => "roots",
        ClientCapabilities.SamplingTools => "sampling.tools",
        _ => "sampling",
    };

    /// <summary>True when the object has the member and, unless <paramref name="text"/> is empty, the member is that string.</summary>
    private static bool HasMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (json.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.TokenType != JsonTokenType.None && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return text.IsEmpty || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(text));
            }

            reader.Skip();
        }

        return false;
    }
}
