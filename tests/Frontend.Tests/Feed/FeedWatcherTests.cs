using McpGateway.Abstractions.Changes;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using Microsoft.Extensions.Logging;

namespace McpGateway.Frontend.Tests.Feed;

public sealed class FeedWatcherTests : IAsyncLifetime
{
    private readonly TestGrains _grains = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingCache _cache = new();
    private readonly RecordingLogger<FeedWatcher> _log = new();
    private readonly FeedStatus _status;
    private readonly FeedWatcher _watcher;

    public FeedWatcherTests()
    {
        _status = new FeedStatus(_clock);
        _watcher = new FeedWatcher(_grains, [_cache], _status, _clock, _log);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _watcher.StopAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The test that kills the loop.
        }

        _watcher.Dispose();
    }

    [Fact]
    public async Task Feed_FirstWord_IsLiveAndCachesAreReset()
    {
        _status.IsLive.ShouldBeFalse();

        await StartAsync();

        _cache.Resets.ShouldBe(1);
        _grains.Feed.Subscriptions.ShouldBe([-1]);
        _status.LastId.ShouldBe(0);
    }

    [Fact]
    public async Task Feed_Change_ReachesCachesBeforeItCounts()
    {
        await StartAsync();

        var id = _grains.Feed.Publish(ChangeKind.Token, "t1");

        await Eventually.TrueAsync(() => _status.LastId == id, "the change is heard");
        _cache.Changes.ShouldBe([new Change(id, ChangeKind.Token, "t1")]);
    }

    [Fact]
    public async Task Feed_TwoSecondsOfSilence_IsLost()
    {
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(2));
        _status.IsLive.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        _status.IsLive.ShouldBeFalse();
    }

    [Fact]
    public async Task Feed_StreamBreaks_ResumesAfterLastIdWithoutReset()
    {
        await StartAsync();
        var known = _grains.Feed.Publish(ChangeKind.Token, "t1");
        await Eventually.TrueAsync(() => _status.LastId == known, "the change is heard");

        _grains.Feed.Break();
        _grains.Feed.PublishUnheard(ChangeKind.Principal, "u1");
        await AdvanceUntilAsync(() => _status.LastId == known + 1, "the missed change is heard");

        _grains.Feed.Subscriptions.ShouldBe([-1, known]);
        _cache.Changes.Select(change => change.Key).ShouldBe(["t1", "u1"]);
        _cache.Resets.ShouldBe(1);
        _log.Levels.ShouldBe([LogLevel.Warning, LogLevel.Information]);
    }

    [Fact]
    public async Task Feed_EntriesLost_ResetsCaches()
    {
        await StartAsync();
        _grains.Feed.ResetNext = true;

        _grains.Feed.Break();
        await AdvanceUntilAsync(() => _cache.Resets == 2, "the caches are reset");

        _grains.Feed.Subscriptions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Feed_SilentStream_IsGivenUp()
    {
        await StartAsync();

        _clock.Advance(TimeSpan.FromSeconds(3));
        await AdvanceUntilAsync(() => _grains.Feed.Subscriptions.Count == 2, "there is a second subscription");

        await Eventually.TrueAsync(() => _status.IsLive, "the feed is live again");
    }

    [Fact]
    public async Task Feed_GrainAway_TriesAgainUntilItIsBack()
    {
        _grains.Feed.Fault = new TimeoutException();
        await _watcher.StartAsync(CancellationToken.None);
        await AdvanceUntilAsync(() => _log.Levels.Count == 1, "the loss is logged");

        _grains.Feed.Fault = null;
        await AdvanceUntilAsync(() => _status.IsLive, "the feed is live");

        _log.Levels.ShouldBe([LogLevel.Warning, LogLevel.Information]);
    }

    [Fact]
    public async Task Feed_CacheThrows_DiesAtCritical()
    {
        await StartAsync();
        _cache.Fault = new InvalidOperationException("a bug");

        _grains.Feed.Publish(ChangeKind.Token, "t1");

        await Should.ThrowAsync<Exception>(() => _watcher.ExecuteTask!.Soon());
        _log.Levels.ShouldBe([LogLevel.Critical]);
        _status.LastId.ShouldBe(0);
    }

    private async Task StartAsync()
    {
        await _watcher.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _status.IsLive, "the feed is live");
    }

    private Task AdvanceUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            if (!condition())
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            return condition();
        },
        what);

    private sealed class RecordingCache : IFeedCache
    {
        private volatile int _resets;

        public List<Change> Changes { get; } = [];

        public int Resets => _resets;

        public Exception? Fault { get; set; }

        public void Apply(Change change)
        {
            if (Fault is { } fault)
            {
                throw fault;
            }

            Changes.Add(change);
        }

        public void Reset() => _resets++;
    }
}
