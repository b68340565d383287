using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface ILastingGrain : IGatewayGrain
{
    ValueTask PingAsync();

    ValueTask HoldAsync(string? thenPing = null);

    IAsyncEnumerable<int> WatchAsync(CancellationToken cancellationToken = default);
}

internal sealed class LastingGrain(Probe probe) : GatewayGrain, ILastingGrain
{
    public ValueTask PingAsync() => default;

    public async ValueTask HoldAsync(string? thenPing = null)
    {
        probe.Mark("held");
        await probe.Gate("hold");
        if (thenPing is not null)
        {
            await Grains.Get<ILastingGrain>(thenPing).PingAsync();
        }
    }

    public async IAsyncEnumerable<int> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        probe.Mark("watched");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        yield return 1;
    }

    protected override async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        probe.Mark("deactivating");
        await probe.Gate("deactivate");
        probe.Mark("deactivated");
    }
}
