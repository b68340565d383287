using System.Collections.Concurrent;
using System.Collections.Frozen;
using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Seam;

/// <summary>
/// Runs grains in this process: a table of activations, each with its own turns. It is not a cluster and never becomes one; more than
/// one machine means the clustered edition.
/// </summary>
internal sealed partial class EmbeddedHost : IGrains, IHostedService, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ActivationId, Activation> _activations = new();
    private readonly FrozenDictionary<Type, GrainKind> _kinds;
    private readonly ILogger _logger;
    private readonly ITimer _sweeper;
    private volatile bool _stopping;

    public EmbeddedHost(
        IServiceProvider services,
        IEnumerable<GrainClasses> classes,
        IOptions<EmbeddedHostOptions> options,
        TimeProvider time,
        ILogger<EmbeddedHost> logger)
    {
        (Services, Options, Time, _logger) = (services, options.Value, time, logger);
        _kinds = GrainKind.Read(classes.SelectMany(static found => found.Types));
        Deadlines = new Deadlines(Options.ResponseTimeout, time);
        var sweep = Options.IdleAfter / 4;
        _sweeper = time.CreateTimer(static host => ((EmbeddedHost)host!).Sweep(), this, sweep, sweep);
    }

    public IServiceProvider Services { get; }

    public EmbeddedHostOptions Options { get; }

    public TimeProvider Time { get; }

    public Deadlines Deadlines { get; }

    public T Get<T>(string key)
        where T : class, IGatewayGrain
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _kinds.TryGetValue(typeof(T), out var kind)
            ? GrainProxies.Create<T>(new EmbeddedTarget(this, kind, key))
            : throw new InvalidOperationException($"No grain class implements {typeof(T)}.");
    }

    public void Dispatch(Work work) => Give(work, new Task(static work => ((Work)work!).Run(), work));

    /// <summary>
    /// Gives work to its grain. While the host stops, grains still reach one another so that running calls can finish, but nobody from
    /// outside does.
    /// </summary>
    public void Give(Work work, Task turn)
    {
        if (_stopping && !Activation.IsInATurn)
        {
            work.Fail(new GrainUnavailableException("The grain host is stopping."));
            return;
        }

        // One that has just ended refuses; it is out of the table by then, so the next try makes another.
        Activation activation;
        do
        {
            activation = work.Target.Find();
        }
        while (!activation.TryAccept(work, turn));

        if (_stopping)
        {
            activation.Deactivate();
        }
    }

    public Activation Find(ActivationId id) => _activations.GetOrAdd(id, static (id, host) => new Activation(host, id), this);

    public void Remove(Activation activation) => _activations.TryRemove(KeyValuePair.Create(activation.Identity, activation));

    /// <summary>An item on its way to the consumer, as the test switches would have it.</summary>
    public T Passing<T>(T item)
    {
        if (Options.BreakStreams > 0 && Random.Shared.NextDouble() < Options.BreakStreams)
        {
            throw new GrainStreamBrokenException("Broken at random, as the options of the embedded host ask for.");
        }

        return Options.CopyArguments ? WireCopy.Copy(item) : item;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        await _sweeper.DisposeAsync();
        try
        {
            // Those that end may still call others and so bring them to life.
            while (!_activations.IsEmpty)
            {
                var ends = _activations.Values.Select(static activation => activation.DeactivateAsync());
                await Task.WhenAll(ends).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStoppedEarly(_activations.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Options.LifecycleLimit, Time);
        await StopAsync(grace.Token);
        Deadlines.Dispose();
    }

    private void Sweep()
    {
        foreach (var (_, activation) in _activations)
        {
            activation.Sweep();
        }
    }
}
