using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Sessions;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Storage;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Sessions;

/// <summary>Answers that nodes hand over for clients that come back: bounded, expiring, gone with the session.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ServiceProvider _provider = null!;
    private DirectoryInfo _folder = null!;
    private TestStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("mcpg-sessions-");
        _storage = await TestStorage.CreateAsync(_folder.FullName);
        _provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddGatewayStorage(_storage.Configure)
            .AddSessionGrains()
            .AddEmbeddedGrains(typeof(SessionGrain))
            .Configure<EmbeddedHostOptions>(static options => options.CopyArguments = true)
            .BuildServiceProvider();
        await _provider.GetRequiredService<GatewayDatabase>().InitializeAsync(UpstreamHost.Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Answer_IsFoundByItsStream_AsOftenAsItIsAskedFor()
    {
        var grain = Grain();
        (await grain.KeepAsync(Answer("a", 3, 5), UpstreamHost.Cancellation)).ShouldBeTrue();

        for (var time = 0; time < 2; time++)
        {
            var found = (await grain.FindLostAsync("a", UpstreamHost.Cancellation)).ShouldNotBeNull();
            found.Events.Select(lost => (lost.Number, lost.Message.Length)).ShouldBe([(1L, 3), (2L, 5)]);
        }

        (await grain.FindLostAsync("b", UpstreamHost.Cancellation)).ShouldBeNull();
        (await Grain('1').FindLostAsync("a", UpstreamHost.Cancellation)).ShouldBeNull("it belongs to another session");
    }

    [Fact]
    public async Task Answer_HandedOverTwice_IsKeptOnce()
    {
        var grain = Grain();
        await grain.KeepAsync(Answer("a", 100), UpstreamHost.Cancellation);
        await grain.KeepAsync(Answer("a", 100), UpstreamHost.Cancellation);

        Spent.ShouldBe(100);
    }

    [Fact]
    public async Task Answer_ThatNobodyComesBackFor_IsForgotten()
    {
        var grain = Grain();
        await grain.KeepAsync(Answer("a", 100), UpstreamHost.Cancellation);

        _time.Advance(TimeSpan.FromMinutes(4));
        (await grain.FindLostAsync("a", UpstreamHost.Cancellation)).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => Spent == 0, "the answer is forgotten without being asked for");
        (await grain.FindLostAsync("a", UpstreamHost.Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Session_ThatEnds_FreesItsAnswers_AndTakesNoMore()
    {
        var grain = Grain();
        await grain.KeepAsync(Answer("a", 100), UpstreamHost.Cancellation);

        await grain.EndAsync(DateTimeOffset.MaxValue, UpstreamHost.Cancellation);

        Spent.ShouldBe(0);
        (await grain.KeepAsync(Answer("b", 1), UpstreamHost.Cancellation)).ShouldBeFalse();
        (await grain.FindLostAsync("a", UpstreamHost.Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Answers_OfOneSession_AreBoundedInNumber()
    {
        var grain = Grain();
        for (var number = 0; number <= ISessionGrain.MaxLostAnswers; number++)
        {
            (await grain.KeepAsync(Answer($"s{number}", 10), UpstreamHost.Cancellation)).ShouldBeTrue();
        }

        Spent.ShouldBe(10 * ISessionGrain.MaxLostAnswers);
        (await grain.FindLostAsync("s0", UpstreamHost.Cancellation)).ShouldBeNull("the oldest made room");
        (await grain.FindLostAsync("s1", UpstreamHost.Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Answers_OfOneSession_AreBoundedInBytes()
    {
        const int Half = ISessionGrain.MaxLostBytes / 2;
        var grain = Grain();

        (await grain.KeepAsync(Answer("too large", ISessionGrain.MaxLostBytes, 1), UpstreamHost.Cancellation)).ShouldBeFalse();
        (await grain.KeepAsync(Answer("a", Half), UpstreamHost.Cancellation)).ShouldBeTrue();
        (await grain.KeepAsync(Answer("b", Half), UpstreamHost.Cancellation)).ShouldBeTrue();
        (await grain.KeepAsync(Answer("c", 1), UpstreamHost.Cancellation)).ShouldBeTrue();

        Spent.ShouldBe(Half + 1);
        (await grain.FindLostAsync("a", UpstreamHost.Cancellation)).ShouldBeNull();
        (await grain.FindLostAsync("b", UpstreamHost.Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Answers_OfAllSessions_AreBounded()
    {
        _provider.GetRequiredService<LostAnswerRoom>().Bytes.TryTake(LostAnswerRoom.Limit - 10).ShouldBeTrue();

        (await Grain('1').KeepAsync(Answer("a", 8), UpstreamHost.Cancellation)).ShouldBeTrue();
        (await Grain('2').KeepAsync(Answer("a", 8), UpstreamHost.Cancellation)).ShouldBeFalse();

        Spent.ShouldBe(LostAnswerRoom.Limit - 2);
    }

    private long Spent => _provider.GetRequiredService<LostAnswerRoom>().Bytes.Spent;

    private ISessionGrain Grain(char digit = '0') => _provider.GetRequiredService<IGrains>().Get<ISessionGrain>(new string(digit, 32));

    private static LostAnswer Answer(string stream, params int[] sizes) =>
        new(stream, [.. sizes.Select(static (size, index) => new LostEvent(index + 1, new byte[size]))]);
}
