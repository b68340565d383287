using McpGateway.Frontend.Access;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Access;

public sealed class AccessCacheTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FeedStatus _feed;
    private readonly RecordingLogger<AccessCacheTests> _log = new();

    public AccessCacheTests()
    {
        _feed = new FeedStatus(_clock);
        _feed.Heard(0);
    }

    [Fact]
    public async Task Cache_MoreKeysThanItsSize_DropsThoseLongestUnused()
    {
        var cache = Create((key, _) => Task.FromResult<string?>(key));
        for (var i = 0; i < 100; i++)
        {
            await cache.GetAsync($"k{i}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        cache.TryGet("k0", out _).ShouldBeTrue("it is used now, and so stays");
        await cache.GetAsync("one too many");

        cache.TryGet("k0", out _).ShouldBeTrue();
        cache.TryGet("k1", out _).ShouldBeFalse();
        cache.TryGet("one too many", out _).ShouldBeTrue();
        cache.Entries.Count().ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task Cache_FeedNotLive_WarmPathSaysNothing()
    {
        var cache = Create((key, _) => Task.FromResult<string?>(key));
        await cache.GetAsync("k");
        cache.TryGet("k", out _).ShouldBeTrue();

        _clock.Advance(TimeSpan.FromSeconds(3));

        cache.TryGet("k", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Cache_AnswerTooSlowWhileFeedIsLost_ServesWhatIsKnown()
    {
        var slow = new TaskCompletionSource<string?>();
        var asked = 0;
        var cache = Create((key, _) => Interlocked.Increment(ref asked) == 1 ? Task.FromResult<string?>(key) : slow.Task);
        await cache.GetAsync("k");
        _clock.Advance(TimeSpan.FromSeconds(3));

        var answer = cache.GetAsync("k").AsTask();
        await Eventually.TrueAsync(() => Volatile.Read(ref asked) == 2, "the grain is asked");
        await Eventually.TrueAsync(() => _clock.PendingTimers > 0, "the answer is waited for");
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await answer.Soon()).ShouldBe(new AccessAnswer<string>("k", true));
        (await cache.GetAsync("k").Soon()).ShouldBe(new AccessAnswer<string>("k", true), "nobody is asked again at once");
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Cache_FirstAskFails_NobodyKnowsAndItPausesBeforeAskingAgain()
    {
        var asked = 0;
        var cache = Create((key, _) => ++asked == 1 ? Task.FromException<string?>(new TimeoutException()) : Task.FromResult<string?>(key));

        (await cache.GetAsync("k").Soon()).IsKnown.ShouldBeFalse();
        (await cache.GetAsync("k").Soon()).IsKnown.ShouldBeFalse();
        asked.ShouldBe(1);
        _log.Levels.ShouldBe([LogLevel.Warning]);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        _feed.Heard(0);

        (await cache.GetAsync("k").Soon()).ShouldBe(new AccessAnswer<string>("k", true));
    }

    [Theory]
    [InlineData("00:00:30", "00:01:00", 100_000, "Access:SignInLifetime")]
    [InlineData("08:00:00", "-00:00:01", 100_000, "Access:OfflineGrace")]
    [InlineData("08:00:00", "00:01:00", 1, "Access:CacheSize")]
    public void Options_OutOfRange_NameTheirKey(string lifetime, string grace, int size, string key)
    {
        var options = new AccessOptions
        {
            SignInLifetime = TimeSpan.Parse(lifetime, null),
            OfflineGrace = TimeSpan.Parse(grace, null),
            CacheSize = size,
        };

        new AccessOptionsValidator().Validate(null, options).Failures.ShouldHaveSingleItem().ShouldStartWith(key);
        new AccessOptionsValidator().Validate(null, new AccessOptions()).ShouldBe(ValidateOptionsResult.Success);
    }

    private AccessCache<string> Create(Func<string, CancellationToken, Task<string?>> ask) =>
        new(ask, _feed, new AccessOptions { CacheSize = 100 }, _clock, _log);
}
