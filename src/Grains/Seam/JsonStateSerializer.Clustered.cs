using System.Text.Json;
using Orleans.Storage;

namespace McpGateway.Grains.Seam;

/// <summary>Makes Orleans store the same bytes as the standalone edition.</summary>
internal sealed class JsonStateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, WireJson.Options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, WireJson.Options);
}
