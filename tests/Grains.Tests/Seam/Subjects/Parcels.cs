using System.Collections.Immutable;

namespace McpGateway.Grains.Tests.Seam.Subjects;

/// <summary>A parcel with something of every wire type in it, and what must be left of it after a call.</summary>
internal static class Parcels
{
    public static Parcel Full { get; } = new("p", [1, 2, 3], [4, 5], new byte[] { 6, 7 }, Colour.Green, null, 5)
    {
        Sent = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        Contents = new Content.Letter("hello"),
        Labels = ImmutableDictionary<string, int>.Empty.Add("a", 1),
        Taken = TimeSpan.FromSeconds(1.5),
        Id = Guid.Parse("11111111-2222-3333-4444-555555555555"),
        Page = new Page<Content>([new Content.Nothing(), new Content.Letter("x")], "next"),
    };

    public static void ShouldBeFull(this Parcel passed)
    {
        passed.Sizes.ShouldBe([1, 2, 3]);
        passed.Bytes.ShouldBe([4, 5]);
        passed.More.ToArray().ShouldBe([6, 7]);
        passed.Labels!["a"].ShouldBe(1);
        passed.Page!.Items.ShouldBe([new Content.Nothing(), new Content.Letter("x")]);
        passed.Page.Next.ShouldBe("next");
        Values(passed).ShouldBe(Values(Full));
    }

    /// <summary>What records compare by value; collections are not.</summary>
    public static object Values(Parcel parcel) =>
        (parcel.Name, parcel.Colour, parcel.Perhaps, parcel.Number, parcel.Sent, parcel.Contents, parcel.Taken, parcel.Id);
}
