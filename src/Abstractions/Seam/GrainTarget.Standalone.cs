using System.ComponentModel;

namespace McpGateway.Abstractions.Seam;

/// <summary>
/// What a generated proxy calls into: one grain, seen from outside. The embedded host implements it; nobody else calls it.
/// </summary>
/// <remarks>
/// The arguments of a call travel apart from its cancellation token, so that the host can copy the former and end the call by the
/// latter. The delegates are static lambdas of the generated code, so a call needs no closure and boxes nothing.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainTarget
{
    /// <summary>Runs a method without an answer in a turn of the grain.</summary>
    public abstract ValueTask CallAsync<TArguments>(
        Func<object, TArguments, CancellationToken, ValueTask> method, TArguments arguments, CancellationToken cancellationToken);

    /// <summary>Runs a method in a turn of the grain and hands back its answer.</summary>
    public abstract ValueTask<TResult> CallAsync<TArguments, TResult>(
        Func<object, TArguments, CancellationToken, ValueTask<TResult>> method, TArguments arguments, CancellationToken cancellationToken);

    /// <summary>A stream of the grain. Nothing runs before it is enumerated; each enumeration opens the grain's stream anew.</summary>
    public abstract IAsyncEnumerable<TItem> Stream<TArguments, TItem>(
        Func<object, TArguments, CancellationToken, IAsyncEnumerable<TItem>> method,
        TArguments arguments,
        CancellationToken cancellationToken);
}
