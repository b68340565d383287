using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface ILivingGrain : IGatewayGrain
{
    ValueTask<Guid> WhoAsync();

    ValueTask WaitAsync(string gate);

    ValueTask LeaveAsync();

    ValueTask<int> LeaveAndComeBackAsync(string other, int depth);

    ValueTask<string?> AmbientAtActivationAsync();
}

internal sealed class LivingGrain : GatewayGrain, ILivingGrain, IDisposable
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly Probe _probe;
    private string? _ambient;

    public LivingGrain(Probe probe)
    {
        _probe = probe;
        _probe.Mark("made");
    }

    public static AsyncLocal<string?> Ambient { get; } = new();

    public ValueTask<Guid> WhoAsync() => new(_id);

    public async ValueTask WaitAsync(string gate)
    {
        _probe.Mark($"waiting {gate}");
        await _probe.Gate(gate);
        _probe.Mark("went on");
    }

    public ValueTask LeaveAsync()
    {
        DeactivateWhenIdle();
        return default;
    }

    public async ValueTask<int> LeaveAndComeBackAsync(string other, int depth)
    {
        DeactivateWhenIdle();
        return depth == 0 ? 0 : 1 + await Grains.Get<ILivingGrain>(other).LeaveAndComeBackAsync(Key, depth - 1);
    }

    public ValueTask<string?> AmbientAtActivationAsync() => new(_ambient);

    public void Dispose() => _probe.Mark("disposed");

    protected override async Task ActivateAsync(CancellationToken cancellationToken)
    {
        _ambient = Ambient.Value;
        _probe.Mark("activating");
        await _probe.Gate("activate");
        if (Key == "fails" && !_probe.Gate("healed").IsCompleted)
        {
            throw new InvalidDataException("cannot live");
        }

        if (Key == "leaves at once")
        {
            DeactivateWhenIdle();
        }
    }

    protected override Task DeactivateAsync(CancellationToken cancellationToken)
    {
        _probe.Mark("deactivated");
        return Key == "cannot leave" ? throw new InvalidDataException("cannot leave") : Task.CompletedTask;
    }
}
