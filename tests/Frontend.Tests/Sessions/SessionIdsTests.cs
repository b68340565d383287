using System.Security.Cryptography;
using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Protocol.Mcp;
using McpGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Sessions;

/// <summary>Session ids that were altered, invented, given to somebody else or are too old: no session, and nobody is asked.</summary>
public sealed class SessionIdsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SessionIds _ids;

    public SessionIdsTests() => _ids = new SessionIds(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.MasterLength)), _time);

    [Fact]
    public void Read_OfWhatWasOpened_GivesRevisionAndCapabilities()
    {
        var id = Read(Open()).ShouldNotBeNull();

        id.Revision.ShouldBe(ProtocolRevision.June2025);
        id.Capabilities.ShouldBe(ClientCapabilities.Roots);
    }

    [Theory]
    [InlineData("other", "user")]
    [InlineData("srv", "other")]
    public void Read_ForAnotherServerOrCaller_IsNull(string server, string caller) => _ids.Read(Open(), server, caller).ShouldBeNull();

    [Fact]
    public void Read_OfAnyAlteredCharacter_IsNull()
    {
        var text = Open();
        for (var at = 0; at < text.Length; at++)
        {
            Read($"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}").ShouldBeNull($"character {at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("made-up")]
    [InlineData("é")]
    public void Read_OfWhatIsNoId_IsNull(string text) => Read(text).ShouldBeNull();

    [Fact]
    public void Read_OfAnotherLength_IsNull()
    {
        Read(Open() + "AAAA").ShouldBeNull();
        Read(Open()[..^4]).ShouldBeNull();
        Read(new string('A', 100_000)).ShouldBeNull();
    }

    [Fact]
    public async Task Session_BeyondItsLifetime_IsNone()
    {
        var grains = new TestGrains();
        var table = new SessionTable(
            _ids,
            grains,
            new NodePost(grains, NodeName.New()),
            new KeptAnswers(grains, NullLogger<KeptAnswers>.Instance),
            Options.Create(new McpOptions { SessionLifetime = TimeSpan.FromHours(1) }),
            _time);
        var text = Open();

        _time.Advance(TimeSpan.FromHours(2));

        var caller = new CallerIdentity("user", Rights.Anonymous, null, [], 0);
        (await table.FindAsync(text, "srv", caller, CancellationToken.None)).ShouldBeNull();
    }

    private string Open() => _ids.Open("srv", "user", ProtocolRevision.June2025, ClientCapabilities.Roots);

    private SessionId? Read(string text) => _ids.Read(text, "srv", "user");
}
