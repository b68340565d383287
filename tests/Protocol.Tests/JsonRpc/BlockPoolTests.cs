using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class BlockPoolTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64 * 1024, 64 * 1024)]
    [InlineData((64 * 1024) + 1, 128 * 1024)]
    [InlineData(128 * 1024, 128 * 1024)]
    [InlineData((128 * 1024) + 1, 256 * 1024)]
    [InlineData(1024 * 1024, 1024 * 1024)]
    [InlineData((1024 * 1024) + 1, (1024 * 1024) + 1)]
    public void Rent_IsLargeEnoughAndOfTheNextSize(int wanted, int least)
    {
        var block = BlockPool.Rent(wanted);

        block.Length.ShouldBeGreaterThanOrEqualTo(least);
        block.Length.ShouldBeLessThanOrEqualTo(Math.Max(2 * wanted, 16));
        BlockPool.Return(block);
    }

    [Fact]
    public void Rent_BlocksThatAreOut_AreNobodyElses()
    {
        var blocks = Enumerable.Range(0, 600).Select(_ => BlockPool.Rent(BlockPool.Large)).ToArray();

        blocks.Distinct(ReferenceEqualityComparer.Instance).Count().ShouldBe(600);

        // More than are kept: what is too much is let go of.
        Array.ForEach(blocks, BlockPool.Return);
        Enumerable.Range(0, 600).Select(_ => BlockPool.Rent(BlockPool.Large)).Distinct(ReferenceEqualityComparer.Instance).Count().ShouldBe(600);
    }

    [Fact]
    public void Rent_AfterReturn_AllocatesNothing()
    {
        BlockPool.Return(BlockPool.Rent(BlockPool.Large));

        // The least of several: other tests rent blocks, too.
        Enumerable.Range(0, 10).Min(_ => Measure()).ShouldBe(0);

        static long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            BlockPool.Return(BlockPool.Rent(BlockPool.Large));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public async Task RentAndReturn_ByManyAtOnce_NobodySharesABlock()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var block = BlockPool.Rent(BlockPool.Large);
                block[0] = (byte)worker;
                Thread.Yield();
                block[0].ShouldBe((byte)worker);
                BlockPool.Return(block);
                if (round % 500 == 0)
                {
                    BlockPool.Trim();
                }
            }
        })));
    }
}
