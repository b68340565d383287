using System.Collections.Immutable;
using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Grains.Upstreams;

/// <summary>
/// One watch of a connection, and what it is to be told. Updates are kept as a state, so that a slow watcher hears of many updates of a
/// resource once. Safe from any thread: what upstreams say is read outside of turns.
/// </summary>
/// <param name="taken">The resources that it may watch.</param>
/// <param name="refusal">Why it may not watch the others.</param>
internal sealed class ConnectionWatch(WatchRequest request, string principalId, HashSet<string> taken, string refusal)
{
    // A watcher that hears of more resources below the one it asked for hears of that one instead.
    private const int MaxUpdates = 1_000;
    private const int MaxNotices = 256;
    private const int MaxQuestions = 64;

    private readonly Channel<byte> _signal = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<ImmutableArray<WatchStanding>> _standings = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<ResourceUpdate> _updates = [];
    private readonly Queue<ReadOnlyMemory<byte>> _notices = new();
    private readonly Queue<ReadOnlyMemory<byte>> _questions = new();

    public string PrincipalId => principalId;

    public IReadOnlySet<string> Uris => taken;

    public bool WantsNotices => request.Notices;

    public bool WantsQuestions => request.Questions;

    /// <summary>See <see cref="WatchRequest.OnlyListener"/>.</summary>
    public string? OnlyListener => request.OnlyListener;

    /// <summary>How each resource stands, once that is known.</summary>
    public Task<ImmutableArray<WatchStanding>> Standings => _standings.Task;

    public void Settle(Func<string, WatchStanding> standingOf) => _standings.TrySetResult(
        [.. request.Uris.Select(uri => taken.Contains(uri) ? standingOf(uri) : new WatchStanding(uri, UpstreamFault.Busy, 0, refusal))]);

    /// <summary>The upstream said that a resource was updated; true when that concerns this watch.</summary>
    public bool Offer(string uri)
    {
        if (FindWatched(uri) is not { } watched)
        {
            return false;
        }

        lock (_updates)
        {
            _updates.Add(_updates.Count < MaxUpdates ? new ResourceUpdate(watched, uri) : new ResourceUpdate(watched, watched));
        }

        Wake();
        return true;
    }

    public void OfferNotice(ReadOnlyMemory<byte> message)
    {
        lock (_notices)
        {
            if (_notices.Count == MaxNotices)
            {
                _notices.Dequeue();
            }

            _notices.Enqueue(message);
        }

        Wake();
    }

    /// <summary>False when too many have not been read.</summary>
    public bool TryOfferQuestion(ReadOnlyMemory<byte> message)
    {
        lock (_questions)
        {
            if (_questions.Count == MaxQuestions)
            {
                return false;
            }

            _questions.Enqueue(message);
        }

        Wake();
        return true;
    }

    /// <summary>What there is to be told; waits for it.</summary>
    public async ValueTask<List<WatchNews>> NextAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken);
        var news = new List<WatchNews>();
        lock (_updates)
        {
            if (_updates.Count > 0)
            {
                news.Add(WatchNews.Updated([.. _updates]));
                _updates.Clear();
            }
        }

        lock (_notices)
        {
            while (_notices.TryDequeue(out var message))
            {
                news.Add(WatchNews.Notice(message));
            }
        }

        lock (_questions)
        {
            while (_questions.TryDequeue(out var question))
            {
                news.Add(WatchNews.Question(question));
            }
        }

        return news;
    }

    /// <summary>A resource and those that it is below, the nearest first.</summary>
    public static IEnumerable<string> UpFrom(string uri)
    {
        for (var part = uri; part.Length > 0; part = Above(part))
        {
            yield return part;
        }
    }

    private void Wake() => _signal.Writer.TryWrite(0);

    /// <summary>The watched resource that is meant: itself, or the nearest one above it.</summary>
    private string? FindWatched(string uri) => UpFrom(uri).FirstOrDefault(taken.Contains);

    /// <summary>"a/b?c" is below "a/b", that is below "a/", and that is below "a".</summary>
    private static string Above(string uri)
    {
        var cut = uri.AsSpan().LastIndexOfAny('/', '?', '#');
        var isFolder = cut == uri.Length - 1;
        return cut < 0 ? "" : uri[cut] == '/' && !isFolder ? uri[..(cut + 1)] : uri[..cut];
    }
}
