using System.Text;
using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Upstreams;

/// <summary>A watch of a connection as a node reads it: it is drained at once, whenever the test looks.</summary>
internal sealed class WatchReader : IAsyncDisposable
{
    private readonly Channel<WatchNews> _news = Channel.CreateUnbounded<WatchNews>();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _draining;

    private WatchReader(IConnectionGrain connection, WatchRequest request) => _draining = DrainAsync(connection, request);

    /// <summary>How its resources stood when it began.</summary>
    public WatchNews First { get; private set; } = null!;

    /// <summary>Begins one and reads how its resources stand.</summary>
    public static async Task<WatchReader> BeginAsync(IConnectionGrain connection, params string[] uris)
    {
        var reader = await BeginAsync(connection, new WatchRequest([.. uris], Notices: false));
        reader.First.Standings.Select(standing => standing.Uri).ShouldBe(uris);
        return reader;
    }

    /// <summary>Begins one that hears of no resource, but of what else the upstream says beside its calls.</summary>
    public static Task<WatchReader> OfNoticesAsync(IConnectionGrain connection) => BeginAsync(connection, new WatchRequest([], Notices: true));

    public Task<WatchNews> NextAsync() => _news.Reader.ReadAsync().Soon();

    /// <summary>The next news, which have to be a notice; its text.</summary>
    public async Task<string> NoticeAsync()
    {
        var news = await NextAsync();
        news.Kind.ShouldBe(WatchNewsKind.Notice);
        return Encoding.UTF8.GetString(news.Message.Span);
    }

    /// <summary>The next news, which have to be of updates.</summary>
    public async Task<IReadOnlyList<string>> UpdatedAsync()
    {
        var news = await NextAsync();
        news.Kind.ShouldBe(WatchNewsKind.Updated);
        return [.. news.Updates.Select(update => update.Uri).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _draining.Soon();
        _leaving.Dispose();
    }

    private static async Task<WatchReader> BeginAsync(IConnectionGrain connection, WatchRequest request)
    {
        var reader = new WatchReader(connection, request);
        reader.First = await reader.NextAsync();
        reader.First.Kind.ShouldBe(WatchNewsKind.Standing);
        return reader;
    }

    private async Task DrainAsync(IConnectionGrain connection, WatchRequest request)
    {
        try
        {
            await foreach (var news in connection.WatchAsync(UpstreamHost.Caller, request, _leaving.Token))
            {
                _news.Writer.TryWrite(news);
            }

            _news.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            // Whoever reads gets to know it.
            _news.Writer.TryComplete(exception);
        }
    }
}
