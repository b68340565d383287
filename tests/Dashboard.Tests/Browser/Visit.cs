using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>One user's browser: its page, and everything that went wrong in it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _host;
    private readonly ConcurrentQueue<string> _troubles = new();

    private Visit(IBrowserContext context, IPage page, Uri host) => (_context, Page, _host) = (context, page, host);

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>Console errors, uncaught errors, failed requests, answers of 400 and above, and requests to any other host.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    public static async Task<Visit> StartAsync(
        BrowserFixture browsers, Uri host, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string? zone = "Europe/Berlin")
    {
        var context = await (await browsers.GetAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            TimezoneId = zone,
        });
        context.SetDefaultTimeout(15_000);
        var visit = new Visit(context, await context.NewPageAsync(), host);
        visit.Listen();
        return visit;
    }

    public Task GoAsync(string path) => Page.GotoAsync(new Uri(_host, path).ToString());

    public async Task SignInAsync(string email = Hosting.GatewayWorld.Email, string password = Hosting.GatewayWorld.Password)
    {
        await GoAsync("/ui");
        await Page.FillAsync("#email", email);
        await Page.FillAsync("#password", password);
        await Page.ClickAsync("button[type=submit]");
    }

    /// <summary>Signs in and waits until the overview is in its circuit.</summary>
    public async Task OpenOverviewAsync()
    {
        await SignInAsync();
        await Page.WaitForSelectorAsync("h1:has-text('Overview')");
        await LiveAsync();
    }

    /// <summary>Waits until the page hears of calls, which only the page in a circuit does.</summary>
    public Task LiveAsync() => Page.WaitForSelectorAsync("text=watching since");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Listen()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _troubles.Enqueue($"console {message.Type}: {message.Text}");
            }
        };
        Page.PageError += (_, error) => _troubles.Enqueue($"uncaught: {error}");
        Page.RequestFailed += (_, request) => _troubles.Enqueue($"failed: {request.Method} {request.Url} {request.Failure}");
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _troubles.Enqueue($"status {response.Status}: {response.Url}");
            }
        };
        Page.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (url.Scheme is not ("data" or "blob") && url.Authority != _host.Authority)
            {
                _troubles.Enqueue($"other host: {request.Url}");
            }
        };
    }
}
