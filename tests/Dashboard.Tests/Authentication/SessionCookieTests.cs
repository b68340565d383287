using McpGateway.Dashboard.Authentication;

namespace McpGateway.Dashboard.Tests.Authentication;

public sealed class SessionCookieTests
{
    [Theory]
    [InlineData("https", "__Host-mcpgateway")]
    [InlineData("http", "mcpgateway")]
    public void Name_FollowsTheScheme(string scheme, string expected)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme } };
        var cookies = new SessionCookie();

        cookies.AppendResponseCookie(context, "mcpgateway", "value", new CookieOptions { Path = "/", Secure = scheme == "https" });

        context.Response.Headers.SetCookie.ToString().ShouldStartWith(expected + "=value");
        context.Request.Headers.Cookie = expected + "=back";
        cookies.GetRequestCookie(context, "mcpgateway").ShouldBe("back");
    }

    [Fact]
    public void PlainCookie_OverHttps_IsNotRead()
    {
        var context = new DefaultHttpContext { Request = { Scheme = "https" } };
        context.Request.Headers.Cookie = "mcpgateway=planted";

        new SessionCookie().GetRequestCookie(context, "mcpgateway").ShouldBeNull();
    }
}
