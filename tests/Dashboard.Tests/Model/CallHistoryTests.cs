using McpGateway.Abstractions.Metrics;
using McpGateway.Dashboard.Model;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Model;

public sealed class CallHistoryTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 12, 0, 5, TimeSpan.Zero);

    [Fact]
    public void Rows_AreNewestFirst_WhateverTheOrderOfArrival()
    {
        var history = new CallHistory();
        history.Add([Call("b", 2)], mayRepeat: false, s_now);
        history.Add([Call("c", 1), Call("a", 3)], mayRepeat: false, s_now);

        history.Rows(id => id).Select(row => row.Name).ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public void FirstItemOfAStream_ThatWasOpenedAnew_CountsNothingTwice()
    {
        var history = new CallHistory();
        history.Add([Call("a", 3), Call("b", 2)], mayRepeat: true, s_now);

        history.Add([Call("a", 3), Call("b", 2)], mayRepeat: true, s_now).ShouldBeFalse();
        history.Add([Call("b", 2), Call("c", 1)], mayRepeat: true, s_now).ShouldBeTrue();

        history.Rows(id => id).Select(row => row.Name).ShouldBe(["c", "b", "a"]);
        history.Chart(s_now).Sum(bin => bin.Succeeded).ShouldBe(3);
    }

    [Fact]
    public void EqualCalls_OfTheRunningStream_CountEach()
    {
        var history = new CallHistory();
        history.Add([Call("a", 1), Call("a", 1)], mayRepeat: false, s_now);

        history.Chart(s_now)[^1].Succeeded.ShouldBe(2);
    }

    [Fact]
    public void Chart_CountsByTenSeconds_OverFiveMinutes()
    {
        var history = new CallHistory();
        history.Add([Call("old", 400), Call("edge", 299), Call("bad", 12, failed: true), Call("now", 1)], mayRepeat: false, s_now);

        var bins = history.Chart(s_now);

        bins.Length.ShouldBe(31);
        bins[^1].Start.ShouldBe(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        bins[^1].ShouldBe(new CallBin(bins[^1].Start, 1, 0));
        bins[^2].Failed.ShouldBe(1);
        bins[0].Succeeded.ShouldBe(1);
        bins.Sum(bin => bin.Succeeded + bin.Failed).ShouldBe(3);
    }

    [Fact]
    public void List_IsBounded_TheChartIsNot()
    {
        var history = new CallHistory();
        for (var i = 0; i < 3000; i++)
        {
            history.Add([Call($"call-{i}", 1)], mayRepeat: false, s_now);
        }

        history.Rows(id => id).Length.ShouldBe(CallHistory.Listed);
        history.Rows(id => id)[0].Name.ShouldBe("call-2999");
        history.Chart(s_now)[^1].Succeeded.ShouldBe(3000);
    }

    private static CallReport Call(string name, double secondsAgo, bool failed = false) =>
        SampleWorld.Call(name, failed, s_now.AddSeconds(-secondsAgo));
}
