namespace McpGateway.Grains.Upstreams;

/// <summary>How many upstreams one node looks at simultaneously: at start all of them want to be looked at.</summary>
internal sealed class DiscoveryGate : IDisposable
{
    private const int AtOnce = 16;

    private readonly SemaphoreSlim _gate = new(AtOnce);

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        return new Turn(_gate);
    }

    public void Dispose() => _gate.Dispose();

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Release();
            }
        }
    }
}
