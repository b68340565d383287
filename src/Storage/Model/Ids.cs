namespace McpGateway.Storage.Model;

/// <summary>Ids of rows: 32 lower-case hexadecimal digits that sort by time of creation.</summary>
public static class Ids
{
    public const int Length = 32;

    public static string Create(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
}
