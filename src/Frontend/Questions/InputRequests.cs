using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>The member <c>inputRequests</c> of a result (spec 2026-07-28, multi round-trip requests).</summary>
internal static class InputRequests
{
    private const int MaxRequests = 32;

    /// <summary>Writes a legacy upstream's questions for a modern client.</summary>
    public static void Write(PooledBuffer output, IEnumerable<InputRequest> questions)
    {
        var separator = "{"u8;
        foreach (var question in questions)
        {
            output.Write(separator);
            separator = ","u8;
            JsonStringBytes.Write(output, question.Key);
            output.Write(":{\"method\":\""u8);
            output.Write(Encoding.ASCII.GetBytes(McpMethods.Name(question.Method)));
            output.Write("\""u8);
            if (question.RawParams.Length > 0)
            {
                output.Write(",\"params\":"u8);
                WriteParams(output, question);
            }

            output.Write("}"u8);
        }

        output.Write("}"u8);
    }

    /// <summary>Reads a modern upstream's questions; null when they are not what the revision allows.</summary>
    public static IReadOnlyList<InputRequest>? Read(ReadOnlySpan<byte> inputRequests)
    {
        var reader = new Utf8JsonReader(inputRequests);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var requests = new List<InputRequest>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (requests.Count == MaxRequests
                || member.Value.ValueKind != JsonValueKind.Object
                || !member.Value.TryGetProperty("method"u8, out var method)
                || method.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            var hasParams = member.Value.TryGetProperty("params"u8, out var parameters);
            if (hasParams && parameters.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            requests.Add(new InputRequest(
                member.Name, McpMethods.Find(method.GetString()), hasParams ? JsonMarshal.GetRawUtf8Value(parameters).ToArray() : []));
        }

        return requests;
    }

    /// <summary>In the modern revision an elicitation by URL has no id.</summary>
    private static void WriteParams(PooledBuffer output, InputRequest question)
    {
        if (!question.IsByUrl)
        {
            output.Write(question.RawParams);
            return;
        }

        using var document = JsonDocument.Parse(question.RawParams);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("elicitationId"u8))
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}

/// <summary>One question in the form of the modern revision.</summary>
/// <param name="RawParams">Empty for none.</param>
internal sealed record InputRequest(string Key, McpMethod Method, byte[] RawParams)
{
    /// <summary>True for an elicitation that sends the user to an address.</summary>
    public bool IsByUrl => Method == McpMethod.ElicitationCreate && QuestionRules.IsByUrl(RawParams);
}
