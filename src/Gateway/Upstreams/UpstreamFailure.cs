using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Why something asked of an upstream failed.</summary>
/// <param name="Detail">For people; carries no secret.</param>
/// <param name="HttpStatus">Where the upstream answered one.</param>
public sealed record UpstreamFailure(UpstreamFault Fault, string Detail, int? HttpStatus = null);

/// <summary>Carries a failure out of code that reads or connects; whoever talks to an upstream turns it into a value.</summary>
public sealed class UpstreamException : IOException
{
    public UpstreamException(UpstreamFailure failure, Exception? innerException = null)
        : base(failure.Detail, innerException) => Failure = failure;

    public UpstreamException(UpstreamFault fault, string detail, Exception? innerException = null)
        : this(new UpstreamFailure(fault, detail), innerException)
    {
    }

    public UpstreamException()
        : this(UpstreamFault.Broken, "The connection broke.")
    {
    }

    public UpstreamException(string message)
        : this(UpstreamFault.Broken, message)
    {
    }

    public UpstreamException(string message, Exception innerException)
        : this(UpstreamFault.Broken, message, innerException)
    {
    }

    public UpstreamFailure Failure { get; }
}
