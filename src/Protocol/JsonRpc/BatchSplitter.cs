using System.Text.Json;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Splits a top-level array into its elements: batches of 2025-03-26.</summary>
public static class BatchSplitter
{
    /// <summary>Finds the elements.</summary>
    /// <param name="utf8">A well-formed JSON array (<see cref="EnvelopeScanner.Scan"/> said <see cref="EnvelopeFault.Batch"/>).</param>
    /// <param name="elements">Receives the elements in order. An empty batch, which JSON-RPC forbids, has none.</param>
    /// <param name="limit">Stop and answer false when there are more.</param>
    /// <returns>False when there are more than <paramref name="limit"/>, or the bytes are not a JSON array.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> utf8, ICollection<ByteRange> elements, int limit = 100)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartArray)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (elements.Count >= limit)
                {
                    return false;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                elements.Add(new ByteRange(start, (int)reader.BytesConsumed - start));
            }

            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
