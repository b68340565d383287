namespace McpGateway.Abstractions.Seam;

/// <summary>
/// A grain: the single owner of one thing's changing state, addressed by its interface and a string key. One activation per key runs
/// in the whole cluster, one turn at a time (stateless workers apart: as many as there is work for).
/// </summary>
/// <remarks>
/// Methods answer <see cref="ValueTask"/>, <see cref="ValueTask{TResult}"/> or <see cref="IAsyncEnumerable{T}"/> and take immutable
/// records. Whatever may take longer than the response time-out (5 s) is a stream.
/// </remarks>
public partial interface IGatewayGrain;
