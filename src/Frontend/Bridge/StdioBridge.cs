namespace McpGateway.Frontend.Bridge;

internal static class StdioBridge
{
    public static Task<int> RunAsync(Uri endpoint, CancellationToken cancellationToken) => throw new NotSupportedException(endpoint.AbsolutePath + cancellationToken.IsCancellationRequested);
}
