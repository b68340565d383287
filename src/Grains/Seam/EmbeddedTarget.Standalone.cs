using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Seam;

/// <summary>A reference to one grain. Remembers the activation it found last, so that a kept reference needs no look-up.</summary>
internal sealed class EmbeddedTarget(EmbeddedHost host, GrainKind kind, string key) : GrainTarget
{
    private Activation? _last;

    public EmbeddedHost Host => host;

    public override ValueTask CallAsync<TArguments>(
        Func<object, TArguments, CancellationToken, ValueTask> method, TArguments arguments, CancellationToken cancellationToken)
    {
        var call = new PlainCall<TArguments>(this, method, Copy(arguments));
        call.Start(cancellationToken);
        return new ValueTask(call, call.Version);
    }

    public override ValueTask<TResult> CallAsync<TArguments, TResult>(
        Func<object, TArguments, CancellationToken, ValueTask<TResult>> method, TArguments arguments, CancellationToken cancellationToken)
    {
        var call = new ValueCall<TArguments, TResult>(this, method, Copy(arguments));
        call.Start(cancellationToken);
        return new ValueTask<TResult>(call, call.Version);
    }

    public override IAsyncEnumerable<TItem> Stream<TArguments, TItem>(
        Func<object, TArguments, CancellationToken, IAsyncEnumerable<TItem>> method,
        TArguments arguments,
        CancellationToken cancellationToken) =>
        new GrainStream<TArguments, TItem>(this, method, Copy(arguments), cancellationToken);

    /// <summary>The activation to hand work to; of stateless workers the next of the pool.</summary>
    public Activation Find()
    {
        var activation = _last;
        if (activation is null || kind.IsStatelessWorker || activation.HasEnded)
        {
            _last = activation = host.Find(new ActivationId(kind, key, kind.NextWorker()));
        }

        return activation;
    }

    // The proxies' lambdas are compiled to methods named like <Full.Name.IFooGrain.BindAsync>b__0.
    public static string NameOf(Delegate method) => method.Method.Name.Split('>')[0].Split('.')[^1];

    public override string ToString() => $"{kind.Interface.Name}({key})";

    private T Copy<T>(T arguments) => host.Options.CopyArguments ? WireCopy.Copy(arguments) : arguments;
}
