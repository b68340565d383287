using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Dashboard.Components.Controls;
using McpGateway.Dashboard.Components.Pages;
using McpGateway.Dashboard.Configuration;
using McpGateway.Dashboard.Model;
using McpGateway.Dashboard.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpGateway.Dashboard.Tests.Components;

/// <summary>Markup of single components, without a browser.</summary>
public sealed class ComponentTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(UpstreamState.Online, "Online", "ok")]
    [InlineData(UpstreamState.Offline, "Offline", "bad")]
    [InlineData(UpstreamState.NeedsAuthorization, "Needs authorization", "warn")]
    [InlineData(UpstreamState.Pending, "Pending", "idle")]
    [InlineData(UpstreamState.Disabled, "Disabled", "idle")]
    public async Task State_IsAWordAColourAndAnIcon(UpstreamState state, string word, string colour)
    {
        var document = await RenderAsync<StateMark>(new() { [nameof(StateMark.State)] = state });

        var mark = document.QuerySelector(".state")!;
        mark.TextContent.Trim().ShouldBe(word);
        mark.ClassList.ShouldContain(colour);
        mark.QuerySelectorAll("svg path, svg circle, svg rect").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task UpstreamRow_TellsNamesAsText_NeverAsMarkup()
    {
        var view = GatewayWorld.Upstream("x", UpstreamState.Offline) with { Name = "<script>alert(1)</script>", LastError = "<b>no</b>" };

        var document = await RenderAsync<UpstreamTableRow>(
            new() { [nameof(UpstreamTableRow.Row)] = UpstreamRow.From(view), [nameof(UpstreamTableRow.Now)] = s_now }, inTable: true);

        document.QuerySelectorAll("script, b").ShouldBeEmpty();
        document.QuerySelector(".name")!.TextContent.ShouldBe("<script>alert(1)</script>");
        document.QuerySelector(".error-text")!.TextContent.ShouldBe("<b>no</b>");
    }

    [Fact]
    public async Task Time_IsRelative_AndExactOnHover()
    {
        var document = await RenderAsync<TimeCell>(new() { [nameof(TimeCell.At)] = s_now.AddMinutes(-3), [nameof(TimeCell.Now)] = s_now });

        var time = document.QuerySelector("time")!;
        time.TextContent.ShouldBe("3 min ago");
        time.GetAttribute("title").ShouldBe("2026-11-22 11:57:00 UTC");
        time.GetAttribute("datetime").ShouldBe("2026-11-22T11:57:00Z");
    }

    [Fact]
    public async Task EmptyList_TeachesTheCommand()
    {
        var document = await RenderAsync<UpstreamsCard>(new()
        {
            [nameof(UpstreamsCard.Section)] = new Section<UpstreamRow>([], 0, null),
            [nameof(UpstreamsCard.Now)] = s_now,
        });

        document.QuerySelector(".empty")!.TextContent.ShouldContain("No MCP server is registered yet.");
        var command = document.QuerySelector("pre")!.TextContent;
        command.ShouldContain("curl -s https://gateway.example/gateways");
        command.ShouldContain("curl -s https://gateway.example/auth/login");
    }

    [Fact]
    public async Task CutList_SaysHowManyThereAre()
    {
        var row = UpstreamRow.From(GatewayWorld.Upstream("x"));
        var document = await RenderAsync<UpstreamsCard>(new()
        {
            [nameof(UpstreamsCard.Section)] = new Section<UpstreamRow>([row], 612, null),
            [nameof(UpstreamsCard.Now)] = s_now,
        });

        document.QuerySelector(".card-head .muted")!.TextContent.ShouldBe("the first 1 of 612");
    }

    [Fact]
    public async Task Problem_IsShownBesideOldRows()
    {
        var row = UpstreamRow.From(GatewayWorld.Upstream("x"));
        var document = await RenderAsync<UpstreamsCard>(new()
        {
            [nameof(UpstreamsCard.Section)] = new Section<UpstreamRow>([row], 1, "No longer allowed."),
            [nameof(UpstreamsCard.Now)] = s_now,
        });

        document.QuerySelector(".notice.bad")!.TextContent.ShouldContain("No longer allowed.");
        document.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
    }

    private static async Task<IHtmlDocument> RenderAsync<T>(Dictionary<string, object?> parameters, bool inTable = false)
        where T : IComponent
    {
        await using var services = new ServiceCollection().AddSingleton<NavigationManager, FixedNavigation>().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<CascadingValue<BrowserPreferences>>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                ["Value"] = new BrowserPreferences("system", null),
                ["ChildContent"] = (RenderFragment)(builder =>
                {
                    builder.OpenComponent<T>(0);
                    builder.AddMultipleAttributes(1, parameters!);
                    builder.CloseComponent();
                }),
            }));
            return root.ToHtmlString();
        });
        return new HtmlParser().ParseDocument(inTable ? $"<table><tbody>{html}</tbody></table>" : html);
    }

    private sealed class FixedNavigation : NavigationManager
    {
        public FixedNavigation() => Initialize("https://gateway.example/", "https://gateway.example/ui");
    }
}
