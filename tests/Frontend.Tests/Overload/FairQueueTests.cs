using McpGateway.Frontend.Overload;
using McpGateway.Gateway.Upstreams;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Overload;

public sealed class FairQueueTests
{
    private readonly UpstreamGate _gate = new NodeGate(Options.Create(new OverloadOptions()), Options.Create(new UpstreamOptions())).Add();

    /// <summary>What it counts by ranks is what counting all would give, whoever comes and goes.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void AnyOrderOfComingAndGoing_CountsAsCountingAllWould(int seed)
    {
        var random = new Random(seed);
        var queue = new FairQueue();
        var waiting = new List<WaitingCall>();
        for (var step = 0; step < 5_000; step++)
        {
            switch (random.Next(waiting.Count > 60 ? 4 : 8))
            {
                case 0 when waiting.Count > 0:
                    var left = waiting[random.Next(waiting.Count)];
                    queue.Remove(left);
                    waiting.Remove(left);
                    break;
                case 1 when waiting.Count > 0:
                    waiting.Remove(queue.Take());
                    break;
                default:
                    // A few callers have most of the calls.
                    var call = new WaitingCall(_gate, $"caller {random.Next(random.Next(1, 12))}");
                    queue.Add(call);
                    waiting.Add(call);
                    break;
            }

            var counts = waiting.GroupBy(static call => call.Caller).ToDictionary(static group => group.Key, static group => group.Count());
            var caller = $"caller {random.Next(12)}";
            var own = counts.GetValueOrDefault(caller);
            queue.CountBefore(caller).ShouldBe(counts.Values.Sum(count => Math.Min(count, own + 1)));
            var most = counts.Values.DefaultIfEmpty().Max();
            if (most > own + 1)
            {
                var yielding = queue.FindYielding(caller).ShouldNotBeNull();
                counts[yielding.Caller].ShouldBe(most);
                yielding.ShouldBeSameAs(waiting.Last(call => call.Caller == yielding.Caller));
            }
            else
            {
                queue.FindYielding(caller).ShouldBeNull();
            }
        }
    }

    [Fact]
    public void Take_GoesRoundTheCallers()
    {
        var queue = new FairQueue();
        foreach (var caller in (string[])["ada", "ada", "ada", "ben", "eve", "ben"])
        {
            queue.Add(new WaitingCall(_gate, caller));
        }

        Enumerable.Range(0, 6).Select(_ => queue.Take().Caller).ShouldBe(["ada", "ben", "eve", "ada", "ben", "ada"]);
    }
}
