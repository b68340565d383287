using McpGateway.Gateway.Sealing;

namespace McpGateway.Gateway.Tests.Sealing;

public sealed class StableSealerTests
{
    private static readonly byte[] s_master = [.. Enumerable.Range(0, KeyRing.MasterLength).Select(static i => (byte)i)];

    private static readonly byte[] s_older = [.. Enumerable.Range(7, KeyRing.MasterLength).Select(static i => (byte)i)];

    [Fact]
    public void Seal_SameInput_GivesTheSameBytes()
    {
        var sealer = new KeyRing(s_master).StableSealer("test");

        sealer.Seal("task"u8, "ada"u8).ShouldBe(new KeyRing(s_master).StableSealer("test").Seal("task"u8, "ada"u8));
    }

    [Fact]
    public void Seal_AnyOtherInput_GivesOtherNonceAndBytes()
    {
        var keys = new KeyRing(s_master);
        byte[][] all =
        [
            keys.StableSealer("test").Seal("task"u8, "ada"u8),
            keys.StableSealer("test").Seal("tas"u8, "kada"u8),
            keys.StableSealer("test").Seal("task"u8, "bob"u8),
            keys.StableSealer("other").Seal("task"u8, "ada"u8),
            new KeyRing(s_older).StableSealer("test").Seal("task"u8, "ada"u8),
        ];

        all.Select(static bytes => Convert.ToHexString(bytes.AsSpan(4, 12))).Distinct().Count().ShouldBe(all.Length);
    }

    [Fact]
    public void TryOpen_OnlyWhatWasSealedForIt()
    {
        var sealer = new KeyRing(s_master).StableSealer("test");
        var sealedBytes = sealer.Seal("task"u8, "ada"u8);
        var plain = new byte[4];

        sealer.TryOpen(sealedBytes, "ada"u8, plain).ShouldBeTrue();
        plain.ShouldBe("task"u8.ToArray());
        sealer.TryOpen(sealedBytes, "bob"u8, plain).ShouldBeFalse();
        for (var i = 0; i < sealedBytes.Length; i++)
        {
            var altered = (byte[])sealedBytes.Clone();
            altered[i] ^= 1;
            sealer.TryOpen(altered, "ada"u8, plain).ShouldBeFalse($"byte {i}");
        }
    }

    [Fact]
    public void TryOpen_UnderThePreviousKey_StillOpens()
    {
        var sealedBytes = new KeyRing(s_older).StableSealer("test").Seal("task"u8, "ada"u8);
        var plain = new byte[4];

        new KeyRing(s_master, s_older).StableSealer("test").TryOpen(sealedBytes, "ada"u8, plain).ShouldBeTrue();
    }
}
