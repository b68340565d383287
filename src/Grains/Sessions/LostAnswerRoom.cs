using McpGateway.Gateway.Hosting;

namespace McpGateway.Grains.Sessions;

/// <summary>What the sessions of this process may keep together of answers that clients have lost.</summary>
internal sealed class LostAnswerRoom
{
    public const long Limit = 128 * 1024 * 1024;

    public ByteBudget Bytes { get; } = new(Limit);
}
