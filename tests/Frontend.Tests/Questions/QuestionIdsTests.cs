using System.Security.Cryptography;
using System.Text;
using McpGateway.Frontend.Questions;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Frontend.Tests.Questions;

public sealed class QuestionIdsTests
{
    private readonly QuestionIds _ids = new(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.MasterLength)));

    [Fact]
    public void Read_OfWhatWasWritten_GivesNumberAndNode() =>
        _ids.Read(_ids.Write(7, "node-a", "srv", "user"), "srv", "user").ShouldBe((7, "node-a"));

    [Theory]
    [InlineData("other", "user")]
    [InlineData("srv", "other")]
    public void Read_ForAnotherServerOrCaller_IsNull(string server, string caller) =>
        _ids.Read(_ids.Write(7, "node-a", "srv", "user"), server, caller).ShouldBeNull();

    [Fact]
    public void Read_OfAnyAlteredByte_IsNull()
    {
        var id = _ids.Write(7, "node-a", "srv", "user");
        for (var at = 1; at < id.Length - 1; at++)
        {
            var altered = (byte[])id.Clone();
            altered[at] = altered[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            _ids.Read(altered, "srv", "user").ShouldBeNull($"byte {at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("\"g1.\"")]
    [InlineData("\"g1.!\"")]
    [InlineData("\"g2.AAAA\"")]
    [InlineData("\"\"")]
    public void Read_OfWhatIsNoId_IsNull(string raw) => _ids.Read(Encoding.UTF8.GetBytes(raw), "srv", "user").ShouldBeNull();

    [Fact]
    public void Read_OfALongText_IsNull() => _ids.Read(Encoding.UTF8.GetBytes($"\"g1.{new string('A', 100_000)}\""), "srv", "user").ShouldBeNull();
}
