using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ProtocolRevisionsTests
{
    [Theory]
    [InlineData("2024-11-05", ProtocolRevision.November2024)]
    [InlineData("2025-03-26", ProtocolRevision.March2025)]
    [InlineData("2025-06-18", ProtocolRevision.June2025)]
    [InlineData("2025-11-25", ProtocolRevision.November2025)]
    [InlineData("2026-07-28", ProtocolRevision.July2026)]
    public void TryParse_KnownDate_IsReadFromEitherEncoding(string text, ProtocolRevision expected)
    {
        ProtocolRevisions.TryParse(text, out var fromText).ShouldBeTrue();
        ProtocolRevisions.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes).ShouldBeTrue();

        fromText.ShouldBe(expected);
        fromBytes.ShouldBe(expected);
        expected.Text().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-10-07")]
    [InlineData("2026-07-28 ")]
    [InlineData("2026\u201307-28")]
    [InlineData("latest")]
    public void TryParse_OtherText_AnswersFalse(string text)
    {
        ProtocolRevisions.TryParse(text, out var revision).ShouldBeFalse();
        ProtocolRevisions.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

        revision.ShouldBe(ProtocolRevision.None);
    }

    [Fact]
    public void Features_ByRevision_FollowTheTable()
    {
        Where(ProtocolRevisions.IsModern).ShouldBe("26");
        Where(ProtocolRevisions.IsLegacy).ShouldBe("24 25a 25b 25c");
        Where(ProtocolRevisions.AcceptsBatches).ShouldBe("25a");
        Where(ProtocolRevisions.UsesHttpSse).ShouldBe("24");
        Where(ProtocolRevisions.HasVersionHeader).ShouldBe("25b 25c 26");
        Where(ProtocolRevisions.HasSessions).ShouldBe("25a 25b 25c");
        Where(ProtocolRevisions.HasResumption).ShouldBe("25a 25b 25c");
        Where(ProtocolRevisions.HasStreamPolling).ShouldBe("25c");
        Where(ProtocolRevisions.HasServerRequests).ShouldBe("24 25a 25b 25c");
        Where(ProtocolRevisions.HasElicitation).ShouldBe("25b 25c 26");
        Where(ProtocolRevisions.HasUrlElicitation).ShouldBe("25c 26");
        Where(ProtocolRevisions.HasCoreTasks).ShouldBe("25c");
        Where(ProtocolRevisions.HasAudioAndAnnotations).ShouldBe("25a 25b 25c 26");
        Where(ProtocolRevisions.HasStructuredOutput).ShouldBe("25b 25c 26");
        Where(ProtocolRevisions.HasAnyStructuredContent).ShouldBe("26");
        Where(ProtocolRevisions.HasIcons).ShouldBe("25c 26");
        Where(ProtocolRevisions.HasResultType).ShouldBe("26");
        Where(ProtocolRevisions.HasResourceNotFoundCode).ShouldBe("24 25a 25b 25c");
    }

    [Fact]
    public void Lists_NewestFirst_AreDescending()
    {
        ProtocolRevisions.Legacy.ShouldBe(ProtocolRevisions.Legacy.OrderDescending());
        ProtocolRevisions.Legacy[0].ShouldBe(ProtocolRevisions.LatestLegacy);
        ProtocolRevisions.Modern[0].ShouldBe(ProtocolRevisions.LatestModern);
    }

    private static string Where(Func<ProtocolRevision, bool> feature)
    {
        string[] names = ["none", "24", "25a", "25b", "25c", "26"];
        return string.Join(' ', Enum.GetValues<ProtocolRevision>().Where(feature).Select(r => names[(int)r]));
    }
}
