using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace McpGateway.Grains.Seam;

[Reentrant]
internal abstract partial class GatewayGrain : Grain
{
    private readonly HashSet<IDisposable> _timers = [];

    protected partial string Key => this.GetPrimaryKeyString();

    protected partial IGrains Grains => ServiceProvider.GetRequiredService<IGrains>();

    protected partial TimeProvider Time => ServiceProvider.GetRequiredService<TimeProvider>();

    // The state loads itself at the lifecycle stage SetupState, which comes before OnActivateAsync. Orleans finds a row by the grain's key and the
    // state's name alone: without the type in it, grains of two types with one key would share it.
    protected partial IStored<T> State<T>(string name)
        where T : class, new()
    {
        var state = ServiceProvider.GetRequiredService<IPersistentStateFactory>().Create<T>(GrainContext, new NamedState($"{GrainContext.GrainId.Type}.{name}"));
        return new OrleansStored<T>(state, DeactivateWhenIdle);
    }

    protected partial IDisposable RegisterTimer(Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period)
    {
        var stopping = ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return new Timer(this.RegisterGrainTimer(token => TickAsync(callback, token, stopping), new GrainTimerCreationOptions(due, period)), _timers);
    }

    // A run of a timer is a call to Orleans, which waits for it before it ends the activation: it has to be told here.
    protected partial void DeactivateWhenIdle()
    {
        foreach (var timer in _timers.ToArray())
        {
            timer.Dispose();
        }

        DeactivateOnIdle();
    }

    public sealed override Task OnActivateAsync(CancellationToken cancellationToken) => ActivateAsync(cancellationToken);

    public sealed override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        DeactivateAsync(cancellationToken);

    private static async Task TickAsync(Func<CancellationToken, Task> callback, CancellationToken ended, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, stopping);
        await callback(either.Token);
    }

    /// <summary>A timer that is one of its grain's until it is disposed.</summary>
    private sealed class Timer : IDisposable
    {
        private readonly IGrainTimer _timer;
        private readonly HashSet<IDisposable> _all;

        public Timer(IGrainTimer timer, HashSet<IDisposable> all)
        {
            (_timer, _all) = (timer, all);
            all.Add(this);
        }

        public void Dispose()
        {
            _timer.Dispose();
            _all.Remove(this);
        }
    }

    // An empty storage name means the silo's default storage.
    private sealed record NamedState(string StateName) : IPersistentStateConfiguration
    {
        public string? StorageName => null;
    }
}
