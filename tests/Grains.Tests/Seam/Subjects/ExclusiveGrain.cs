using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface IExclusiveGrain : IGatewayGrain
{
    ValueTask<string> WorkAsync(string name, CancellationToken cancellationToken = default);

    ValueTask FailAsync();

    ValueTask<string> PingAsync();
}

internal sealed class ExclusiveGrain(Probe probe) : GatewayGrain, IExclusiveGrain
{
    public async ValueTask<string> WorkAsync(string name, CancellationToken cancellationToken = default)
    {
        probe.Mark($"asked {name}");
        try
        {
            return await ExclusiveAsync(
                async token =>
                {
                    probe.Mark($"begun {name}");
                    await probe.Gate(name).WaitAsync(token);
                    probe.Mark($"ended {name}");
                    return name;
                },
                cancellationToken);
        }
        catch (Exception exception)
        {
            probe.Mark($"failed {name} {(exception is OperationCanceledException ? nameof(OperationCanceledException) : exception.GetType().Name)}");
            throw;
        }
    }

    public ValueTask FailAsync() => ExclusiveAsync(static _ => throw new InvalidDataException("no"));

    public ValueTask<string> PingAsync() => new("pong");
}
