using McpGateway.Frontend.Sessions;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Sessions;

public sealed class EventStreamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly EventStream _stream = new("s");

    [Fact]
    public async Task Read_AfterANumber_GivesWhatFollows()
    {
        Send(3);

        (await ReadAsync(after: 1)).ShouldBe([2L, 3L]);
        _stream.EventId(2).ShouldBe("s-2");
    }

    [Fact]
    public async Task Read_AtTheEnd_WaitsForTheNext()
    {
        Send(1);
        var reading = ReadAsync(after: 1);
        reading.IsCompleted.ShouldBeFalse();

        Send(1);

        (await reading.Soon()).ShouldBe([2L]);
    }

    [Fact]
    public async Task Read_WhenNothingComesInTime_IsNull()
    {
        var time = new FakeTimeProvider();
        var reading = _stream.ReadAsync(0, isFirst: true, s_patience, time, CancellationToken.None).AsTask();
        reading.IsCompleted.ShouldBeFalse();

        time.Advance(s_patience);

        (await reading.Soon()).ShouldBeNull();
    }

    [Fact]
    public async Task Read_ThatIsCancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var reading = _stream.ReadAsync(0, isFirst: true, s_patience, TimeProvider.System, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
    }

    [Fact]
    public async Task Read_OfACompleteStream_GivesTheRestAndThenTheEnd()
    {
        Send(2);
        _stream.Complete();

        (await ReadAsync(after: 1)).ShouldBe([2L]);
        (await ReadAsync(after: 2)).ShouldBeEmpty();
        _stream.TrySend(new byte[1]).ShouldBeFalse();
    }

    [Fact]
    public async Task Events_ThatNobodyReads_AreDroppedFromTheFront()
    {
        Send(1000);

        (await ReadAsync(after: 0)).Count.ShouldBe(256);
        (await _stream.ReadAsync(0, isFirst: false, s_patience, TimeProvider.System, CancellationToken.None)).ShouldBeEmpty("a reader that was there is too slow");
        _stream.Backlog.ShouldBe(1000);
    }

    [Fact]
    public void Events_ThatAreLarge_AreDroppedButForTheNewest()
    {
        for (var i = 0; i < 4; i++)
        {
            _stream.TrySend(new byte[3 * 1024 * 1024]);
        }

        _stream.KeptBytes.ShouldBe(3 * 1024 * 1024);
    }

    private void Send(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _stream.TrySend(new byte[1]).ShouldBeTrue();
        }
    }

    private async Task<List<long>> ReadAsync(long after) =>
        [.. (await _stream.ReadAsync(after, isFirst: true, s_patience, TimeProvider.System, CancellationToken.None)).ShouldNotBeNull().Select(sent => sent.Number)];
}
