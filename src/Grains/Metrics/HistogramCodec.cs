using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Grains.Metrics;

/// <summary>The stored form of a sparse histogram: pairs of bucket and count, seven bits a byte.</summary>
internal static class HistogramCodec
{
    public static byte[] Encode(ImmutableArray<BucketCount> counts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var (bucket, count) in counts)
        {
            writer.Write7BitEncodedInt(bucket);
            writer.Write7BitEncodedInt64(count);
        }

        writer.Flush();
        return stream.ToArray();
    }

    public static ImmutableArray<BucketCount> Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var counts = ImmutableArray.CreateBuilder<BucketCount>();
        while (reader.BaseStream.Position < bytes.Length)
        {
            counts.Add(new BucketCount(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64()));
        }

        return counts.ToImmutable();
    }
}
