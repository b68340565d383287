using McpGateway.Frontend.Overload;

namespace McpGateway.Frontend.Tests.Overload;

public sealed class OverloadOptionsTests
{
    private static readonly OverloadOptionsValidator s_validator = new();

    [Fact]
    public void Defaults_AreValid() => s_validator.Validate(null, new OverloadOptions()).Succeeded.ShouldBeTrue();

    [Fact]
    public void Mistakes_AreReportedAllAtOnceUnderTheirKeys()
    {
        var result = s_validator.Validate(null, new OverloadOptions
        {
            MaxConcurrentCalls = 1, MaxQueuedCalls = -1, UpstreamConcurrency = 0, UpstreamQueue = -1, MaxWait = TimeSpan.FromMinutes(2), RefusalDelay = TimeSpan.FromMinutes(1),
        });

        result.Failures!.Select(static failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]).ShouldBe(
            ["Overload:MaxConcurrentCalls", "Overload:MaxQueuedCalls", "Overload:UpstreamConcurrency", "Overload:UpstreamQueue", "Overload:MaxWait", "Overload:RefusalDelay"]);
    }
}
