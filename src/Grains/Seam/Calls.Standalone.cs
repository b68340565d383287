namespace McpGateway.Grains.Seam;

/// <summary>A call of a method that answers a value.</summary>
internal sealed class ValueCall<TArguments, TResult>(
    EmbeddedTarget target,
    Func<object, TArguments, CancellationToken, ValueTask<TResult>> method,
    TArguments arguments) : Call<TResult>(target)
{
    protected override string MethodName => EmbeddedTarget.NameOf(method);

    protected override ValueTask<TResult> Invoke(object grain)
    {
        var pending = method(grain, arguments, GrainSide);
        return Target.Host.Options.CopyArguments ? CopyAsync(pending) : pending;
    }

    private static async ValueTask<TResult> CopyAsync(ValueTask<TResult> pending) => WireCopy.Copy(await pending);
}

/// <summary>A call of a method without an answer.</summary>
internal sealed class PlainCall<TArguments>(
    EmbeddedTarget target,
    Func<object, TArguments, CancellationToken, ValueTask> method,
    TArguments arguments) : Call<bool>(target)
{
    protected override string MethodName => EmbeddedTarget.NameOf(method);

    protected override ValueTask<bool> Invoke(object grain)
    {
        var pending = method(grain, arguments, GrainSide);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        pending.GetAwaiter().GetResult();
        return new ValueTask<bool>(true);
    }

    private static async ValueTask<bool> AwaitAsync(ValueTask pending)
    {
        await pending;
        return true;
    }
}
