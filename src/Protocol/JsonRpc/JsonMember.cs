using System.Text.Json;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Finds a member of an object in well-formed JSON.</summary>
public static class JsonMember
{
    /// <summary>Where a member of an object stands; absent when the object has none of that name.</summary>
    /// <param name="json">An object.</param>
    /// <param name="name">The member's name, unescaped.</param>
    public static ByteRange Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt)
            {
                return new ByteRange(start, (int)reader.BytesConsumed - start);
            }
        }

        return default;
    }
}
