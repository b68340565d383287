using System.Buffers;
using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class SpliceListTests
{
    private static readonly byte[] s_source = "0123456789"u8.ToArray();

    [Fact]
    public void ApplyTo_EditsInAnyOrder_AppliesThemByPosition()
    {
        using var edits = SpliceList.Rent();
        edits.AddCopy(new ByteRange(8, 1), "EIGHT"u8);
        edits.Add(new ByteRange(0, 0), "<"u8.ToArray());
        edits.AddCopy(new ByteRange(2, 3), default);
        edits.AddCopy(new ByteRange(10, 0), ">"u8);

        Result(edits).ShouldBe("<01567EIGHT9>");
    }

    [Fact]
    public void ApplyTo_InsertionsAtOnePlace_KeepTheirOrderBeforeAReplacement()
    {
        using var edits = SpliceList.Rent();
        edits.AddCopy(new ByteRange(5, 1), "R"u8);
        edits.AddCopy(new ByteRange(5, 0), "a"u8);
        edits.AddCopy(new ByteRange(5, 0), "b"u8);

        Result(edits).ShouldBe("01234abR6789");
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    [InlineData(6, 5)]
    [InlineData(0, 10)]
    public void Add_OverlappingRange_Throws(int start, int length)
    {
        using var edits = SpliceList.Rent();
        edits.AddCopy(new ByteRange(4, 3), "x"u8);

        Should.Throw<ArgumentException>(() => edits.AddCopy(new ByteRange(start, length), "y"u8));
    }

    [Fact]
    public void End_NothingBegun_Throws()
    {
        using var edits = SpliceList.Rent();

        Should.Throw<InvalidOperationException>(() => edits.End(new ByteRange(0, 1)));
    }

    [Fact]
    public void Rent_AfterDispose_GivesAnEmptyList()
    {
        using (var first = SpliceList.Rent())
        {
            first.AddCopy(new ByteRange(0, 10), new byte[100_000]);
        }

        using var second = SpliceList.Rent();

        Result(second).ShouldBe("0123456789");
    }

    [Fact]
    public void Dispose_Twice_DoesNotShareTheList()
    {
        var list = SpliceList.Rent();
        list.Dispose();
        using var first = SpliceList.Rent();
        list.Dispose();
        first.Dispose();
        first.Dispose();

        using var second = SpliceList.Rent();
        using var third = SpliceList.Rent();

        third.ShouldNotBeSameAs(second);
    }

    [Fact]
    public void RandomEdits_AllWaysOfApplying_AgreeWithCuttingStrings() => Properties.ForAllSeeds(random =>
    {
        using var edits = SpliceList.Rent();
        var expected = new StringBuilder();
        var planned = new List<(ByteRange At, byte[] New)>();
        for (var position = 0; position < s_source.Length;)
        {
            var length = random.Next(0, Math.Min(4, s_source.Length - position + 1));
            var replacement = Encoding.UTF8.GetBytes(new string('x', random.Next(5)));
            planned.Add((new ByteRange(position, length), replacement));
            expected.Append(Encoding.UTF8.GetString(replacement)).Append(s_source.Length > position + length ? (char)s_source[position + length] : "");
            position += length + 1;
        }

        foreach (var (at, replacement) in planned.OrderBy(_ => random.Next()))
        {
            edits.AddCopy(at, replacement);
        }

        Result(edits).ShouldBe(expected.ToString());
    });

    [Fact]
    public void RentEditApply_Warm_AllocatesNothing()
    {
        var destination = new byte[64];
        Edit(destination);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Edit(destination);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Edit(byte[] destination)
    {
        using var edits = SpliceList.Rent();
        edits.AddCopy(new ByteRange(3, 2), "new"u8);
        edits.ApplyTo(s_source, destination);
    }

    private static string Result(SpliceList edits)
    {
        var writer = new ArrayBufferWriter<byte>();
        edits.ApplyTo(s_source, writer);
        var array = edits.ToArray(s_source);
        edits.Length(s_source).ShouldBe(array.Length);
        array.AsSpan().SequenceEqual(writer.WrittenSpan).ShouldBeTrue();
        return Encoding.UTF8.GetString(array);
    }
}
