using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class EnvelopeScannerProperties
{
    private static readonly string[] s_fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "1", "-", "e9", "true", "null", "\"jsonrpc\":\"2.0\"", "\"id\":1", "\"method\":\"tools/call\"",
        "\"params\":{", "\"name\":\"a\"", "\"_meta\":{", "\"ref\":{", "\\u0061", "\\ud800", "é",
    ];

    [Fact]
    public void Scan_ArbitraryBytes_NeverThrowsAndAgreesWithTheParser() => Properties.ForAllBytes(AgreesWithParser, 2000);

    [Fact]
    public void Scan_FragmentsOfMessages_NeverThrowsAndAgreesWithTheParser() =>
        Properties.ForAllFrom(s_fragments, text => AgreesWithParser(Encoding.UTF8.GetBytes(text)), 5000);

    [Fact]
    public void Scan_DamagedMessages_NeverThrowsAndAgreesWithTheParser() => Properties.ForAllSeeds(random =>
    {
        var bytes = Encoding.UTF8.GetBytes(RandomMessage.Request(random));
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        AgreesWithParser(bytes);
        AgreesWithParser(bytes[..random.Next(bytes.Length)]);
    }, 3000);

    [Fact]
    public void Scan_RandomMessages_SlicesWhatTheParserSees() => Properties.ForAllSeeds(random =>
    {
        var json = RandomMessage.Request(random);
        var bytes = Encoding.UTF8.GetBytes(json);
        using var document = JsonDocument.Parse(json);
        var message = document.RootElement;
        message.TryGetProperty("params", out var parameters);
        var meta = Get(parameters, "_meta");

        EnvelopeScanner.Scan(bytes, out var envelope).ShouldBe(EnvelopeFault.None, json);

        Same(envelope.Id, Get(message, "id"));
        Same(envelope.MethodName, Get(message, "method"));
        Same(envelope.Params, parameters);
        Same(envelope.Name, Get(parameters, "name"));
        Same(envelope.Uri, Get(parameters, "uri"));
        Same(envelope.Arguments, Get(parameters, "arguments"));
        Same(envelope.Ref, Get(parameters, "ref"));
        Same(envelope.Meta, meta);
        Same(envelope.MetaProgressToken, Get(meta, "progressToken"));
        Same(envelope.ProtocolVersion, Get(meta, "io.modelcontextprotocol/protocolVersion"));
        Same(envelope.ClientInfo, Get(meta, "io.modelcontextprotocol/clientInfo"));
        Same(envelope.TraceParent, Get(meta, "traceparent"));
        McpMethods.Name(envelope.Method).ShouldBe(message.GetProperty("method").GetString());

        void Same(ByteRange range, JsonElement element) => Encoding.UTF8.GetString(range.Slice(bytes))
            .ShouldBe(element.ValueKind is JsonValueKind.Undefined ? "" : element.GetRawText());
    });

    private static void AgreesWithParser(byte[] bytes)
    {
        var fault = EnvelopeScanner.Scan(bytes, out var envelope);

        var isJson = fault is not (EnvelopeFault.NotUtf8 or EnvelopeFault.NotJson);
        isJson.ShouldBe(Utf8.IsValid(bytes) && Parses(bytes));
        if (envelope.Id.IsPresent)
        {
            using var document = JsonDocument.Parse(bytes);
            document.RootElement.EnumerateObject().Select(static p => p.Value.GetRawText())
                .ShouldContain(Encoding.UTF8.GetString(envelope.Id.Slice(bytes)));
        }
    }

    private static bool Parses(byte[] bytes)
    {
        try
        {
            JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonElement Get(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
