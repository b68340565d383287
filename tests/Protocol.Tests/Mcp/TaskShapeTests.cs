using System.Text;
using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class TaskShapeTests
{
    [Theory]
    [InlineData(
        """{"taskId":"u","status":"working","ttl":5,"pollInterval":7,"x":{"ttl":1},"_meta":{}}""",
        """{"taskId":"ours","status":"working","ttlMs":5,"pollIntervalMs":7,"x":{"ttl":1}}""")]
    [InlineData("""{"taskId":"u","status":"working","ttl":null}""", """{"taskId":"ours","status":"working","ttlMs":null}""")]
    [InlineData("""{"taskId":"u","status":"working"}""", """{"taskId":"ours","status":"working","ttlMs":null}""")]
    public void WriteModern_RenamesTimes(string core, string expected) =>
        Written(writer => TaskShape.WriteModern(writer, JsonElement.Parse(core), "ours")).ShouldBe(expected);

    [Theory]
    [InlineData(
        """{"resultType":"complete","taskId":"u","status":"completed","ttlMs":5,"pollIntervalMs":7,"result":{},"x":1,"_meta":{}}""",
        """{"taskId":"ours","status":"failed","ttl":5,"pollInterval":7,"x":1}""")]
    [InlineData("""{"taskId":"u","status":"input_required","inputRequests":{}}""", """{"taskId":"ours","status":"failed","ttl":null}""")]
    public void WriteLegacy_LeavesOutWhatTheCoreHasElsewhere(string extension, string expected) =>
        Written(writer => TaskShape.WriteLegacy(writer, JsonElement.Parse(extension), "ours", "failed")).ShouldBe(expected);

    [Theory]
    [InlineData("""{"pollIntervalMs":50}""", 50)]
    [InlineData("""{"pollInterval":1.5e3}""", 1500)]
    [InlineData("""{"pollIntervalMs":-1}""", null)]
    [InlineData("""{"pollIntervalMs":1e300}""", null)]
    [InlineData("""{"pollIntervalMs":"50"}""", null)]
    [InlineData("[]", null)]
    public void PollInterval_IsTakenWhereItIsUsable(string task, int? milliseconds) =>
        ((int?)TaskShape.PollInterval(JsonElement.Parse(task))?.TotalMilliseconds).ShouldBe(milliseconds);

    [Theory]
    [InlineData("""{"status":"completed"}""", true)]
    [InlineData("""{"status":"failed"}""", true)]
    [InlineData("""{"status":"cancelled"}""", true)]
    [InlineData("""{"status":"input_required"}""", false)]
    [InlineData("""{"status":7}""", false)]
    [InlineData("null", false)]
    public void IsTerminal_GoesByTheStatus(string task, bool expected) => TaskShape.IsTerminal(JsonElement.Parse(task)).ShouldBe(expected);

    [Theory]
    [InlineData("""{"ttlMs":1500}""", 1500)]
    [InlineData("""{"ttl":0}""", 0)]
    [InlineData("""{"ttl":null}""", null)]
    [InlineData("""{"ttl":-1}""", null)]
    [InlineData("""{"ttl":"1"}""", null)]
    [InlineData("7", null)]
    public void TimeToLive_IsWhatTheServerSays(string task, int? milliseconds) =>
        TaskShape.TimeToLive(JsonElement.Parse(task)).ShouldBe(milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null);

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
