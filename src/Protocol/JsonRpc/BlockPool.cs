using System.Buffers;
using System.Numerics;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Blocks of bytes for messages that are read, put together and written. Thread-safe.</summary>
/// <remarks>
/// Small blocks are those of <see cref="ArrayPool{T}.Shared"/>. It keeps a few of each size for each processor, which is too few for the large
/// messages of many calls at once: what it lacks is allocated as a large object, and those make the collector go through all generations.
/// Blocks of 128 KiB to 1 MiB are therefore kept here, 32 MiB together, until <see cref="Trim"/>.
/// </remarks>
public static class BlockPool
{
    /// <summary>The smallest block that is kept here, in bytes: the smallest power of two that is a large object to the collector.</summary>
    public const int Large = 128 * 1024;

    private const int Sizes = 4;
    private const long MostKept = 32 * 1024 * 1024;

    private static readonly Lock s_gate = new();
    private static readonly Stack<byte[]>[] s_kept = [new(), new(), new(), new()];
    private static long s_keptBytes;

    /// <summary>A block of at least so many bytes, with whatever was in it before.</summary>
    public static byte[] Rent(int atLeast)
    {
        if (SizeOf(atLeast) is not { } size)
        {
            return ArrayPool<byte>.Shared.Rent(atLeast);
        }

        lock (s_gate)
        {
            if (s_kept[size].TryPop(out var block))
            {
                s_keptBytes -= block.Length;
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(Large << size);
    }

    /// <summary>Takes back a block that <see cref="Rent"/> gave. Its bytes stay in it.</summary>
    public static void Return(byte[] block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (SizeOf(block.Length) is not { } size)
        {
            ArrayPool<byte>.Shared.Return(block);
            return;
        }

        lock (s_gate)
        {
            if (s_keptBytes + block.Length <= MostKept)
            {
                s_kept[size].Push(block);
                s_keptBytes += block.Length;
            }
        }
    }

    /// <summary>Lets go of what nobody has rented now.</summary>
    public static void Trim()
    {
        lock (s_gate)
        {
            foreach (var blocks in s_kept)
            {
                blocks.Clear();
                blocks.TrimExcess();
            }

            s_keptBytes = 0;
        }
    }

    /// <summary>Which of the sizes kept here is needed; null for smaller and larger ones.</summary>
    private static int? SizeOf(int bytes)
    {
        if (bytes <= Large / 2)
        {
            return null;
        }

        var size = Math.Max(BitOperations.Log2((uint)bytes - 1) + 1 - BitOperations.Log2(Large), 0);
        return size < Sizes ? size : null;
    }
}
