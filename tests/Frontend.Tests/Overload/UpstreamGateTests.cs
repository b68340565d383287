using System.Collections.Concurrent;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Upstreams;
using McpGateway.Testing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Overload;

public sealed class UpstreamGateTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentBag<RunningCall> _calls = [];

    [Fact]
    public async Task Call_WhileThereIsRoom_EntersAtOnce()
    {
        var gate = Gate(concurrency: 2, queue: 0);

        (await EnterAsync(gate, Call())).Fault.ShouldBe(UpstreamFault.None);
        (await EnterAsync(gate, Call())).Fault.ShouldBe(UpstreamFault.None);

        (gate.Running, gate.Waiting).ShouldBe((2, 0));
        (await EnterAsync(gate, Call())).Fault.ShouldBe(UpstreamFault.Busy);
        gate.Refused(BusyReason.UpstreamFull).ShouldBe(1);
    }

    [Fact]
    public async Task Calls_ThatWait_HaveTheirTurnInTheOrderTheyCame()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        var running = Call();
        await EnterAsync(gate, running);
        var waiting = Enumerable.Range(0, 5).Select(_ => Call()).Select(call => (Call: call, Entry: EnterAsync(gate, call))).ToList();

        for (var turn = 0; turn < waiting.Count; turn++)
        {
            running.Vacate();
            (await waiting[turn].Entry.Soon()).Fault.ShouldBe(UpstreamFault.None);
            waiting.Skip(turn + 1).ShouldAllBe(later => !later.Entry.IsCompleted);
            (gate.Running, gate.Waiting).ShouldBe((1, waiting.Count - turn - 1));
            running = waiting[turn].Call;
        }
    }

    [Fact]
    public async Task Callers_HaveTheirTurnsOneAfterTheOther()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        var running = Call();
        await EnterAsync(gate, running);
        string[] order = ["ada 1", "ada 2", "ada 3", "ben 1", "eve 1", "ben 2"];
        var waiting = order.ToDictionary(name => name, _ => Call());
        var entries = order.ToDictionary(name => name, name => EnterAsync(gate, waiting[name], name.Split(' ')[0]));

        foreach (var next in (string[])["ada 1", "ben 1", "eve 1", "ada 2", "ben 2", "ada 3"])
        {
            running.Vacate();
            (await entries[next].Soon()).Fault.ShouldBe(UpstreamFault.None, next);
            running = waiting[next];
        }
    }

    [Fact]
    public async Task Caller_WhoHasFilledTheQueue_MakesRoomForOthers()
    {
        var gate = Gate(concurrency: 1, queue: 4);
        await EnterAsync(gate, Call());
        var flood = Enumerable.Range(0, 4).Select(_ => EnterAsync(gate, Call())).ToList();

        var first = EnterAsync(gate, Call(), "ben");
        var second = EnterAsync(gate, Call(), "ben");
        var third = await EnterAsync(gate, Call(), "ben").Soon();

        third.Fault.ShouldBe(UpstreamFault.Busy, "he has as many as she");
        (await flood[3].Soon()).Detail!.ShouldContain("as many as the gateway lets");
        (await flood[2].Soon()).Fault.ShouldBe(UpstreamFault.Busy);
        new[] { flood[0], flood[1], first, second }.ShouldAllBe(call => !call.IsCompleted);
        (gate.Waiting, gate.Refused(BusyReason.UpstreamFull)).ShouldBe((4, 3));
    }

    [Fact]
    public async Task Caller_WithNothingWaiting_IsNotRefusedForWhatOthersWouldWait()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        await ServeAsync(gate, TimeSpan.FromSeconds(4));
        await EnterAsync(gate, Call());
        var flood = new[] { EnterAsync(gate, Call()), EnterAsync(gate, Call()) };
        (await EnterAsync(gate, Call())).Fault.ShouldBe(UpstreamFault.Busy);

        var other = EnterAsync(gate, Call(), "ben");

        other.IsCompleted.ShouldBeFalse("one of hers is before his");
        flood.ShouldAllBe(call => !call.IsCompleted);
    }

    [Fact]
    public async Task Call_ThatComesWhileOthersWait_DoesNotPassThem()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        var first = Call();
        await EnterAsync(gate, first);
        var second = EnterAsync(gate, Call());

        var third = Call();
        third.TryOccupy(gate).ShouldBeFalse();
        first.Vacate();

        await second.Soon();
        third.TryOccupy(gate).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_BeyondTheQueue_IsRefusedWithTheTimeInWhichThereMayBeRoom()
    {
        var gate = Gate(concurrency: 2, queue: 3);
        await ServeAsync(gate, TimeSpan.FromSeconds(6));
        await EnterAsync(gate, Call());
        await EnterAsync(gate, Call());
        var waiting = Enumerable.Range(0, 3).Select(_ => EnterAsync(gate, Call())).ToList();

        var refused = await EnterAsync(gate, Call());

        (refused.Fault, refused.RetryAfter).ShouldBe((UpstreamFault.Busy, 12));
        refused.Detail.ShouldBe("It is busy: 2 of its calls run and 3 wait, which is as many as the gateway lets.");
        gate.Waiting.ShouldBe(3);
        waiting.ShouldAllBe(call => !call.IsCompleted);
    }

    [Fact]
    public async Task Call_WhoseTurnWouldComeTooLate_IsRefusedBeforeItWaits()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        await ServeAsync(gate, TimeSpan.FromSeconds(4));
        await EnterAsync(gate, Call());
        var waiting = new[] { EnterAsync(gate, Call()), EnterAsync(gate, Call()) };

        var refused = await EnterAsync(gate, Call());

        (refused.Fault, refused.RetryAfter).ShouldBe((UpstreamFault.Busy, 12));
        refused.Detail.ShouldBe("It is busy: the call would wait for about 12 s, and may for 10 s.");
        gate.Refused(BusyReason.LongWait).ShouldBe(1);
        waiting.ShouldAllBe(call => !call.IsCompleted);
    }

    [Fact]
    public async Task Call_DoesNotWaitLongerForItsTurnThanItWouldForTheUpstream()
    {
        var gate = Gate(concurrency: 1, queue: 10);
        await ServeAsync(gate, TimeSpan.FromSeconds(4));
        await EnterAsync(gate, Call());

        (await EnterAsync(gate, Call(patience: TimeSpan.FromSeconds(3)))).Detail!.ShouldContain("may for 3 s");
    }

    [Fact]
    public async Task Call_WhoseTurnDoesNotCome_IsRefusedAndLeavesTheQueue()
    {
        var gate = Gate(concurrency: 1, queue: 10, maxWait: TimeSpan.FromMilliseconds(50));
        await EnterAsync(gate, Call());

        var refused = await EnterAsync(gate, Call()).Soon();

        refused.Fault.ShouldBe(UpstreamFault.Busy);
        refused.Detail.ShouldBe("It is busy: the call waited for 0.1 s and its turn did not come. It did not run.");
        (gate.Waiting, gate.Refused(BusyReason.Waited)).ShouldBe((0, 1));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Call_ThatIsCancelledWhileItWaits_LeavesTheQueueToTheNext(bool clientIsGone)
    {
        var gate = Gate(concurrency: 1, queue: 2);
        using var gone = new CancellationTokenSource();
        var running = Call();
        await EnterAsync(gate, running);
        var call = Call(clientGone: gone.Token);
        var cancelled = EnterAsync(gate, call);
        var next = EnterAsync(gate, Call());

        if (clientIsGone)
        {
            await gone.CancelAsync();
        }
        else
        {
            call.CancelByClient();
        }

        await Should.ThrowAsync<OperationCanceledException>(cancelled.Soon());
        gate.Waiting.ShouldBe(1);
        running.Vacate();
        (await next.Soon()).Fault.ShouldBe(UpstreamFault.None);
        gate.Running.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ThatWaitsWhileItsNodeStops_IsToldThatItDidNotRun()
    {
        var gate = Gate(concurrency: 1, queue: 2);
        await EnterAsync(gate, Call());
        var call = Call();
        var waiting = EnterAsync(gate, call);

        call.StopWithNode();

        (await waiting.Soon()).Detail.ShouldBe("The gateway's node was stopped before the call's turn came. It did not run.");
        gate.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Call_WhileItsClientIsAsked_LendsItsPlace()
    {
        var gate = Gate(concurrency: 1, queue: 2);
        var asking = Call();
        await EnterAsync(gate, asking);

        asking.BeginWait(s_patience);
        var other = Call();
        (await EnterAsync(gate, other)).Fault.ShouldBe(UpstreamFault.None);
        asking.EndWait();

        gate.Running.ShouldBe(2);
        asking.Vacate();
        gate.Running.ShouldBe(1);
        other.TryOccupy(gate).ShouldBeFalse();
        other.Vacate();
        gate.Running.ShouldBe(0);
    }

    [Fact]
    public async Task Call_ThatEndsWhileItsClientIsAsked_GivesItsPlaceBackOnce()
    {
        var gate = Gate(concurrency: 1, queue: 2);
        var asking = Call();
        await EnterAsync(gate, asking);

        asking.BeginWait(s_patience);
        asking.Dispose();
        asking.EndWait();

        gate.Running.ShouldBe(0);
    }

    [Fact]
    public async Task Node_ThatIsFull_ServesUpstreamsInTurn()
    {
        var node = Node(new OverloadOptions { MaxConcurrentCalls = 4, MaxQueuedCalls = 20, UpstreamConcurrency = 2 });
        UpstreamGate[] gates = [Gate(node, 2, 10), Gate(node, 2, 10), Gate(node, 2, 10), Gate(node, 2, 10)];
        var running = new Queue<RunningCall>();
        for (var place = 0; place < 4; place++)
        {
            running.Enqueue(Call());
            await EnterAsync(gates[place / 2], running.Last());
        }

        // Two upstreams that nobody has called yet want places on a node that has none.
        List<(UpstreamGate Gate, Task<RelayOutcome> Entry)> waiting = [];
        foreach (var gate in new[] { gates[2], gates[2], gates[3], gates[3] })
        {
            waiting.Add((gate, EnterAsync(gate, Call())));
        }

        node.IsFull.ShouldBeTrue();
        running.Dequeue().Vacate();
        running.Dequeue().Vacate();

        await Eventually.TrueAsync(() => waiting.Count(static call => call.Entry.IsCompleted) == 2, "two calls have their turns");
        waiting.Where(static call => call.Entry.IsCompleted).Select(static call => call.Gate).ShouldBe([gates[2], gates[3]]);
        (node.Running, node.Waiting).ShouldBe((4, 2));
    }

    [Fact]
    public async Task Node_WithoutRoom_RefusesAndSaysThatItIsTheNode()
    {
        var node = Node(new OverloadOptions { MaxConcurrentCalls = 2, MaxQueuedCalls = 1 });
        var first = Gate(node, 1, 1);
        var second = Gate(node, 1, 1);
        var third = Gate(node, 1, 1);
        await EnterAsync(first, Call());
        await EnterAsync(second, Call());
        var waiting = EnterAsync(third, Call());

        var refused = await EnterAsync(first, Call());

        refused.Detail.ShouldBe("This node of the gateway is busy: 2 calls run and 1 wait, which is as many as it takes.");
        first.Refused(BusyReason.NodeFull).ShouldBe(1);
        waiting.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 512)]
    [InlineData(7, 7)]
    [InlineData(10_000, 2_000)]
    public void Upstream_GetsWhatItsSettingsSay_ButNoMoreThanHalfOfTheNode(int wished, int got)
    {
        var node = Node(new OverloadOptions(), new UpstreamOptions { MaxConnections = 5_000 });
        var gate = node.Add();

        node.Configure(gate, Route(wished));

        (gate.Places.Limit, gate.QueueLimit).ShouldBe((got, got));
    }

    [Fact]
    public void Upstream_GetsNoMoreThanItsConnectionsCarry()
    {
        var node = Node(new OverloadOptions(), new UpstreamOptions { MaxConnections = 50, MaxCallsPerConnection = 20 });
        var gate = node.Add();

        node.Configure(gate, Route(100));
        gate.Places.Limit.ShouldBe(50);
        node.Configure(gate, Route(100) with { Transport = TransportKind.Stdio, Sharing = SharingMode.Shared });
        gate.Places.Limit.ShouldBe(20);
        node.Configure(gate, Route(100) with { Transport = TransportKind.Stdio, Sharing = SharingMode.PerUser });
        gate.Places.Limit.ShouldBe(100);
    }

    [Fact]
    public async Task Limit_ThatIsRaised_LetsThoseInWhoWait()
    {
        var gate = Gate(concurrency: 1, queue: 5);
        await EnterAsync(gate, Call());
        var waiting = Enumerable.Range(0, 3).Select(_ => EnterAsync(gate, Call())).ToList();

        gate.Resize(3, 5);

        await Task.WhenAll(waiting[0], waiting[1]).Soon();
        (gate.Running, gate.Waiting).ShouldBe((3, 1));
        gate.Resize(1, 5);
        (gate.Running, gate.Waiting).ShouldBe((3, 1));
    }

    [Fact]
    public async Task Request_ThatStandsAtTheUpstream_TakesNoPlaceFromCalls()
    {
        var gate = Gate(concurrency: 1, queue: 0);
        var standing = Call();

        standing.TryStand(gate).ShouldBeTrue();
        (await EnterAsync(gate, Call())).Fault.ShouldBe(UpstreamFault.None);
        Call().TryStand(gate).ShouldBeFalse();
        standing.Dispose();

        Call().TryStand(gate).ShouldBeTrue();
    }

    [Fact]
    public async Task Crowd_OfManyThreads_NeverExceedsTheLimitsAndLosesNoCall()
    {
        const int Upstreams = 5;
        const int Limit = 3;
        const int NodeLimit = 10;
        var node = Node(new OverloadOptions { MaxConcurrentCalls = NodeLimit, MaxQueuedCalls = 10_000, MaxWait = s_patience });
        var gates = Enumerable.Range(0, Upstreams).Select(_ => Gate(node, Limit, 10_000)).ToArray();
        var inside = new int[Upstreams];
        var (most, mostOnNode, onNode) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(worker => Task.Run(async () =>
        {
            for (var turn = 0; turn < 200; turn++)
            {
                var upstream = (worker + turn) % Upstreams;
                using var call = new RunningCall(s_patience, TimeProvider.System, CancellationToken.None);
                (await EnterAsync(gates[upstream], call)).Fault.ShouldBe(UpstreamFault.None);
                Raise(ref most, Interlocked.Increment(ref inside[upstream]));
                Raise(ref mostOnNode, Interlocked.Increment(ref onNode));
                await Task.Yield();
                Interlocked.Decrement(ref inside[upstream]);
                Interlocked.Decrement(ref onNode);
            }
        }))).Soon();

        most.ShouldBeLessThanOrEqualTo(Limit);
        mostOnNode.ShouldBeLessThanOrEqualTo(NodeLimit);
        (node.Running, node.Waiting, node.IsFull).ShouldBe((0, 0, false));
        gates.ShouldAllBe(gate => gate.Running == 0 && gate.Waiting == 0);
    }

    public void Dispose()
    {
        foreach (var call in _calls)
        {
            call.Dispose();
        }
    }

    private static void Raise(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    /// <summary>As calls do it: at once where there is room, else in turn.</summary>
    private static Task<RelayOutcome> EnterAsync(UpstreamGate gate, RunningCall call, string caller = "ada") =>
        call.TryOccupy(gate) ? Task.FromResult(default(RelayOutcome)) : gate.EnterAsync(call, caller).AsTask();

    /// <summary>A call that took so long, so that the gate knows how long calls take.</summary>
    private async Task ServeAsync(UpstreamGate gate, TimeSpan took)
    {
        var call = Call();
        await EnterAsync(gate, call);
        _time.Advance(took);
        call.Vacate();
    }

    private RunningCall Call(TimeSpan? patience = null, CancellationToken clientGone = default)
    {
        var call = new RunningCall(patience ?? s_patience, _time, clientGone);
        _calls.Add(call);
        return call;
    }

    private static UpstreamGate Gate(int concurrency, int queue, TimeSpan? maxWait = null) =>
        Gate(Node(new OverloadOptions { MaxWait = maxWait ?? TimeSpan.FromSeconds(10) }), concurrency, queue);

    private static UpstreamGate Gate(NodeGate node, int concurrency, int queue)
    {
        var gate = node.Add();
        gate.Resize(concurrency, queue);
        return gate;
    }

    private static NodeGate Node(OverloadOptions options, UpstreamOptions? upstreams = null) =>
        new(Options.Create(options), Options.Create(upstreams ?? new UpstreamOptions()));

    private static UpstreamRoute Route(int maxConcurrency) => new(
        "u", "u", "u", TransportKind.StreamableHttp, "http://127.0.0.1:1/mcp", Era.Legacy, "2025-11-25", true, SharingMode.PerSession,
        default, 60, true, UpstreamState.Online, default, 1, maxConcurrency);
}
