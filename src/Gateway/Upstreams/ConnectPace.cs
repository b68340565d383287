using System.Net.Sockets;

namespace McpGateway.Gateway.Upstreams;

/// <summary>
/// How long making a connection to one upstream may take: many times as long as it took recently, so that calls to a server that has gone
/// silent do not each wait for what no connection ever needs.
/// </summary>
internal sealed class ConnectPace(AddressGuard guard, TimeSpan longest, TimeProvider time)
{
    // A lost packet is sent again after a second: one may get lost.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(2);

    // A network that got slower is found out by every so many-th attempt.
    private const int PatientEvery = 4;
    private const int Margin = 10;
    private const int Weight = 4;

    private long _meanTicks;
    private int _failures;

    /// <summary>What the next attempt is given.</summary>
    public TimeSpan Limit
    {
        get
        {
            var mean = Volatile.Read(ref _meanTicks);
            if (mean == 0 || Volatile.Read(ref _failures) % PatientEvery == PatientEvery - 1)
            {
                return longest;
            }

            var usual = new TimeSpan(mean * Margin);
            var least = s_shortest < longest ? s_shortest : longest;
            return usual < least ? least : usual > longest ? longest : usual;
        }
    }

    /// <exception cref="SocketException">Also when it took too long: <see cref="SocketError.TimedOut"/>.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var begun = time.GetTimestamp();
        try
        {
            var stream = await guard.ConnectAsync(context, either.Token);
            Note(time.GetElapsedTime(begun));
            return stream;
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            NoteTimeout();
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    /// <summary>A connection was made.</summary>
    internal void Note(TimeSpan took)
    {
        var mean = Volatile.Read(ref _meanTicks);
        Volatile.Write(ref _meanTicks, Math.Max(mean == 0 ? took.Ticks : mean + ((took.Ticks - mean) / Weight), 1));
        Volatile.Write(ref _failures, 0);
    }

    /// <summary>No connection was made in that time.</summary>
    internal void NoteTimeout() => Interlocked.Increment(ref _failures);
}
