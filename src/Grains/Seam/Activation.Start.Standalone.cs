namespace McpGateway.Grains.Seam;

internal sealed partial class Activation
{
    private async Task ActivateAsync()
    {
        try
        {
            Grain = Construct();
            using var limit = new CancellationTokenSource(host.Options.LifecycleLimit, host.Time);
            await Grain.StartAsync(limit.Token).WaitAsync(host.Options.LifecycleLimit, host.Time);
        }
        catch (Exception exception)
        {
            host.LogActivationFailed(exception, id);
            Cancel(_stopping);
            await TryAsync(DisposeGrainAsync);
            Leave(exception);
            return;
        }

        lock (_gate)
        {
            _phase = Phase.Active;
            _parked.ForEach(parked => Begin(parked.Turn));
            _parked = [];
        }

        if (_endOnceActive)
        {
            Deactivate();
        }
    }

    private GatewayGrain Construct()
    {
        s_underConstruction = this;
        try
        {
            return id.Kind.Create(host.Services);
        }
        finally
        {
            s_underConstruction = null;
        }
    }
}
