using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Changes;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Changes;

internal sealed class ChangesGrain : GatewayGrain, IChangesGrain
{
    private const int BatchSize = 1000;

    // A watcher that lags this many batches behind is told to begin anew.
    private const int WatcherCapacity = 256;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pruneEvery = TimeSpan.FromMinutes(10);

    private readonly GatewayDatabase _database;
    private readonly DefinitionSweep _definitions;
    private readonly List<Watcher> _watchers = [];
    private long _lastId;
    private Task? _poll;
    private bool _pollAgain;
    private DateTimeOffset _prunedAt;

    public ChangesGrain(GatewayDatabase database)
    {
        _database = database;
        _definitions = new DefinitionSweep(database);
    }

    protected override async Task ActivateAsync(CancellationToken cancellation)
    {
        _lastId = await _database.ReadAsync((db, ct) => db.LastChangeIdAsync(ct), cancellation);
        _prunedAt = Time.GetUtcNow();
        RegisterTimer(OnTickAsync, s_tick, s_tick);
        // Not the feed's business, but this grain is the one of its kind that always runs; a timer of its own, so that the feed never waits.
        RegisterTimer(_definitions.RunAsync, s_pruneEvery, s_pruneEvery);
    }

    public ValueTask NudgeAsync() => new(PollAsync());

    public async IAsyncEnumerable<ChangeBatch> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A node takes the first word for certain, so it must not be said from memory while the database is away.
        await PollAsync();

        // No await between these two lines: what comes after _lastId goes through the watcher's channel.
        var watcher = new Watcher();
        _watchers.Add(watcher);
        var from = _lastId;
        try
        {
            yield return after < 0 || after == from ? new ChangeBatch(from, false, []) : await CatchUpAsync(after, from, cancellationToken);
            await foreach (var batch in watcher.Batches.Reader.ReadAllAsync(cancellationToken))
            {
                yield return watcher.TakeReset() ? batch with { Reset = true } : batch;
            }
        }
        finally
        {
            _watchers.Remove(watcher);
        }
    }

    private async Task OnTickAsync(CancellationToken cancellation)
    {
        var before = _lastId;
        await PollAsync();
        if (_lastId == before)
        {
            Publish(new ChangeBatch(_lastId, false, []));
        }

        if (Time.GetUtcNow() - _prunedAt > s_pruneEvery)
        {
            _prunedAt = Time.GetUtcNow();
            await _database.PruneFeedAsync(cancellation);
        }
    }

    /// <summary>Reads what is new. Whoever asks while a read runs gets one more read after it, so that nothing committed before is missed.</summary>
    private async Task PollAsync()
    {
        if (_poll is { } running)
        {
            _pollAgain = true;
            await running;
            return;
        }

        _poll = ReadAllAsync();
        try
        {
            await _poll;
        }
        finally
        {
            _poll = null;
        }
    }

    private async Task ReadAllAsync()
    {
        int count;
        do
        {
            _pollAgain = false;
            var changes = await ReadAsync(_lastId, long.MaxValue, CancellationToken.None);
            count = changes.Length;
            if (count > 0)
            {
                _lastId = changes[^1].Id;
                Publish(new ChangeBatch(_lastId, false, changes));
            }
        }
        while (count == BatchSize || _pollAgain);
    }

    private Task<ImmutableArray<Change>> ReadAsync(long after, long upTo, CancellationToken cancellation) => _database.ReadAsync(
        async (db, ct) => (await db.Changes
                .Where(change => change.Id > after && change.Id <= upTo)
                .OrderBy(change => change.Id)
                .Take(BatchSize)
                .ToListAsync(ct))
            .Select(change => new Change(change.Id, change.Kind, change.Key))
            .ToImmutableArray(),
        cancellation);

    private async Task<ChangeBatch> CatchUpAsync(long after, long from, CancellationToken cancellation)
    {
        var oldest = await _database.ReadAsync((db, ct) => db.Changes.MinAsync(change => (long?)change.Id, ct), cancellation) ?? 0;
        if (after > from || after + 1 < oldest || from - after > BatchSize)
        {
            return new ChangeBatch(from, true, []);
        }

        return new ChangeBatch(from, false, await ReadAsync(after, from, cancellation));
    }

    private void Publish(ChangeBatch batch)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Offer(batch);
        }
    }

    private sealed class Watcher
    {
        private bool _lagged;

        public Channel<ChangeBatch> Batches { get; } = Channel.CreateBounded<ChangeBatch>(WatcherCapacity);

        public void Offer(ChangeBatch batch)
        {
            if (!Batches.Writer.TryWrite(batch) && batch.Changes.Length > 0)
            {
                _lagged = true;
            }
        }

        public bool TakeReset()
        {
            var lagged = _lagged;
            _lagged = false;
            return lagged;
        }
    }
}
