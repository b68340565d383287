using System.Text.Json;
using McpGateway.Frontend.Tests.Questions;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>A legacy client's task, and the session in which it was made.</summary>
internal sealed record LegacyJob(TaskWorld World, string Session, string Id)
{
    /// <summary>A request about the task, as a stream.</summary>
    public Task<LiveAnswer> SendAsync(string method) => World.LegacyAsync(Session, method, TaskWorld.Naming(Id));

    /// <summary>A request about the task; gives the whole response message.</summary>
    public Task<JsonElement> AskAsync(string method) => World.AskLegacyAsync(Session, method, TaskWorld.Naming(Id));

    /// <summary>What the client sees of the task.</summary>
    public Task<JsonElement> GetAsync() => World.GetLegacyAsync(Session, Id);
}
