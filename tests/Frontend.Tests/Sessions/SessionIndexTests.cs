using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpGateway.Frontend.Tests.Sessions;

public sealed class SessionIndexTests
{
    private readonly SessionIndex _index = new();

    [Fact]
    public void GetOrAdd_AKeyThatIsThere_AnswersTheFirst()
    {
        var first = Session("a", "ada");

        _index.GetOrAdd(first).ShouldBe(first);
        _index.GetOrAdd(Session("a", "ada")).ShouldBe(first);

        _index.Count.ShouldBe(1);
        _index.TryGet("a", out var found).ShouldBeTrue();
        found.ShouldBe(first);
    }

    [Fact]
    public void OfCrowded_CountsEachOwnerAlone()
    {
        foreach (var number in Enumerable.Range(0, 5))
        {
            _index.GetOrAdd(Session($"a{number}", "ada"));
        }

        _index.GetOrAdd(Session("b", "ben"));

        _index.OfCrowded("ada", 5).Select(session => session.Id.Key).Order().ShouldBe(["a0", "a1", "a2", "a3", "a4"]);
        _index.OfCrowded("ada", 6).ShouldBeEmpty();
        _index.OfCrowded("ben", 5).ShouldBeEmpty();
        _index.OfCrowded("nobody", 1).ShouldBeEmpty();
    }

    [Fact]
    public void Remove_ThatVerySession_OnceOnly()
    {
        var session = _index.GetOrAdd(Session("a", "ada"));
        _index.GetOrAdd(Session("b", "ada"));

        _index.Remove(Session("a", "ada"));
        _index.Count.ShouldBe(2);
        _index.Remove(session);
        _index.Remove(session);

        _index.Count.ShouldBe(1);
        _index.OfCrowded("ada", 1).Single().Id.Key.ShouldBe("b");
        _index.All.Count().ShouldBe(1);
        _index.TryGetByText("text of a", out _).ShouldBeFalse();
        _index.TryGetByText("text of b", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("srv", "ada", true)]
    [InlineData("srv", "ben", false)]
    [InlineData("other", "ada", false)]
    public void IsFor_ItsOwnServerAndCaller(string server, string caller, bool expected)
    {
        _index.GetOrAdd(Session("a", "ada"));

        _index.TryGetByText("text of a", out var found).ShouldBeTrue();

        found.IsFor(server, new CallerIdentity(caller, Rights.Anonymous, null, [], 0)).ShouldBe(expected);
    }

    [Fact]
    public async Task ManyAtOnce_LeaveNothingBehind()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 500; round++)
            {
                _index.Remove(_index.GetOrAdd(Session($"{round % 7}", $"owner {worker % 3}")));
            }
        })));

        _index.Count.ShouldBe(0);
        _index.All.ShouldBeEmpty();
        Enumerable.Range(0, 7).Count(key => _index.TryGetByText($"text of {key}", out _)).ShouldBe(0);
        Enumerable.Range(0, 3).ShouldAllBe(owner => _index.OfCrowded($"owner {owner}", 1).Length == 0);
    }

    private static ClientSession Session(string key, string owner) => new(
        $"text of {key}",
        new SessionId(key, DateTimeOffset.UnixEpoch, ProtocolRevision.November2025, ClientCapabilities.None),
        "srv",
        new CallerIdentity(owner, Rights.Anonymous, null, [], 0),
        logLevel: null, new KeptAnswers(new TestGrains(), NullLogger<KeptAnswers>.Instance), TimeProvider.System);
}
