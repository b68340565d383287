using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace McpGateway.Grains.Seam;

[Reentrant]
internal abstract partial class GatewayGrain : Grain
{
    protected partial string Key => this.GetPrimaryKeyString();

    protected partial IGrains Grains => ServiceProvider.GetRequiredService<IGrains>();

    protected partial TimeProvider Time => ServiceProvider.GetRequiredService<TimeProvider>();

    // The state loads itself at the lifecycle stage SetupState, which comes before OnActivateAsync.
    protected partial IStored<T> State<T>(string name)
        where T : class, new()
    {
        var state = ServiceProvider.GetRequiredService<IPersistentStateFactory>().Create<T>(GrainContext, new NamedState(name));
        return new OrleansStored<T>(state, DeactivateOnIdle);
    }

    protected partial IDisposable RegisterTimer(Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period) =>
        this.RegisterGrainTimer(callback, new GrainTimerCreationOptions(due, period));

    protected partial void DeactivateWhenIdle() => DeactivateOnIdle();

    public sealed override Task OnActivateAsync(CancellationToken cancellationToken) => ActivateAsync(cancellationToken);

    public sealed override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        DeactivateAsync(cancellationToken);

    // An empty storage name means the silo's default storage.
    private sealed record NamedState(string StateName) : IPersistentStateConfiguration
    {
        public string? StorageName => null;
    }
}
