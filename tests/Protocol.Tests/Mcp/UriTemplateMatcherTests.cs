using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class UriTemplateMatcherTests
{
    [Theory]
    [InlineData("test://static", "test://static", true)]
    [InlineData("test://static", "test://static/", false)]
    [InlineData("test://template/{id}/data", "test://template/123/data", true)]
    [InlineData("test://template/{id}/data", "test://template/a%2Fb é/data", true)]
    [InlineData("test://template/{id}/data", "test://template//data", false)]
    [InlineData("test://template/{id}/data", "test://template/1/2/data", false)]
    [InlineData("test://template/{id}/data", "test://template/1/dat", false)]
    [InlineData("test://template/{id}/data", "TEST://template/1/data", false)]
    [InlineData("file:///{+path}", "file:///a/b/c.txt?x#y", true)]
    [InlineData("file:///{+path}", "file:///", false)]
    [InlineData("file://{/path*}", "file:///a/b/c", true)]
    [InlineData("file://{/path*}", "file://", true)]
    [InlineData("file://{/path*}", "file:///a//c", false)]
    [InlineData("x://h{/a,b}", "x://h/1/2", true)]
    [InlineData("x://h{/a,b}", "x://h/1", true)]
    [InlineData("x://h{/a,b}", "x://h/1/2/3", false)]
    [InlineData("x://h{?q,r}", "x://h", true)]
    [InlineData("x://h{?q,r}", "x://h?q=1&r=2", true)]
    [InlineData("x://h{?q,r}", "x://h?r=2&q=1", true)]
    [InlineData("x://h{?q,r}", "x://h?r=", true)]
    [InlineData("x://h{?q,r}", "x://h?s=1", false)]
    [InlineData("x://h{?q,r}", "x://h?q=1&s=1", false)]
    [InlineData("x://h{?q,r}", "x://h?", false)]
    [InlineData("x://h{?q*}", "x://h?any=1&other=2", true)]
    [InlineData("x://h?fixed=1{&q}", "x://h?fixed=1&q=2", true)]
    [InlineData("x://h?fixed=1{&q}", "x://h?fixed=1", true)]
    [InlineData("x://h{;v,w}", "x://h;v=1;w", true)]
    [InlineData("x://h{;v,w}", "x://h;z=1", false)]
    [InlineData("x://h{.ext}", "x://h.json", true)]
    [InlineData("x://h{.ext}", "x://h", true)]
    [InlineData("x://h{#f}", "x://h#part/1", true)]
    [InlineData("x://h{#f}", "x://hpart", false)]
    [InlineData("x://{a}-{b}", "x://1-2-3", true)]
    [InlineData("x://{a}{b}", "x://1", false)]
    [InlineData("x://{a:3}", "x://abc", true)]
    [InlineData("x://{a,b}", "x://1,2", true)]
    [InlineData("{+all}", "anything", true)]
    [InlineData("{+all}", "", false)]
    public void IsMatch_Template_FollowsRfc6570(string template, string uri, bool expected)
    {
        UriTemplateMatcher.TryCreate(template, out var matcher).ShouldBeTrue();

        matcher.IsMatch(uri).ShouldBe(expected);
    }

    [Theory]
    [InlineData("x://{")]
    [InlineData("x://}")]
    [InlineData("x://{}")]
    [InlineData("x://{a")]
    [InlineData("x://{a,}")]
    [InlineData("x://{+}")]
    [InlineData("x://{a b}")]
    [InlineData("x://{a:}")]
    [InlineData("x://{a:99999}")]
    [InlineData("x://{{a}}")]
    [InlineData("x://{|a}")]
    public void TryCreate_MalformedTemplate_AnswersFalse(string template) => UriTemplateMatcher.TryCreate(template, out _).ShouldBeFalse();

    [Fact]
    public void TryCreate_TooLongOrTooManyExpressions_AnswersFalse()
    {
        UriTemplateMatcher.TryCreate(new string('a', 2049), out _).ShouldBeFalse();
        UriTemplateMatcher.TryCreate(string.Concat(Enumerable.Repeat("{a}", 33)), out _).ShouldBeFalse();
        UriTemplateMatcher.TryCreate(string.Concat(Enumerable.Repeat("{a}", 32)), out _).ShouldBeTrue();
    }

    [Fact]
    public void LiteralLength_OfTwoTemplates_TellsTheMoreSpecific()
    {
        UriTemplateMatcher.TryCreate("file:///{+path}", out var wide);
        UriTemplateMatcher.TryCreate("file:///logs/{name}", out var narrow);

        narrow!.LiteralLength.ShouldBeGreaterThan(wide!.LiteralLength);
    }

    [Fact]
    public void IsMatch_HostileTemplate_TakesBoundedWork()
    {
        // Would take exponential time in a backtracking matcher.
        UriTemplateMatcher.TryCreate(string.Concat(Enumerable.Repeat("{+a}x", 32)), out var matcher).ShouldBeTrue();
        var uri = new string('x', UriTemplateMatcher.MaxUriLength - 1) + "y";

        matcher.IsMatch(uri).ShouldBeFalse();
        matcher.IsMatch(new string('x', UriTemplateMatcher.MaxUriLength)).ShouldBeTrue();
        matcher.IsMatch(new string('x', UriTemplateMatcher.MaxUriLength + 1)).ShouldBeFalse();
    }

    [Fact]
    public void TryCreateAndIsMatch_AnyText_NeverThrow() =>
        Properties.ForAllFrom(["{", "}", "{a}", "{+a}", "{/a*}", "{?a,b}", "{&c}", "/", "?", "&", "a", "=", "*", ":", ",", "é"], static text =>
        {
            if (UriTemplateMatcher.TryCreate(text, out var matcher))
            {
                matcher.IsMatch(text);
                matcher.IsMatch("/a?a=1&b=2");
            }
        }, 3000);
}
