using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>How many event streams that a GET opened there are on this node, and whose they are.</summary>
internal sealed class OpenStreams(IOptions<McpOptions> options)
{
    // Clients keep their streams; how soon one of them ends nobody knows.
    private const int RetrySeconds = 10;

    private readonly Dictionary<string, int> _perCaller = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Serves a stream, unless there are too many: then the client is told so.</summary>
    public async Task ServeAsync(HttpContext context, Admission admission, Func<Task> serve)
    {
        var place = admission.Share;
        var status = Enter(place);
        if (status != StatusCodes.Status200OK)
        {
            HttpReply.SetRetryAfter(context.Response, RetrySeconds);
            await (status == StatusCodes.Status429TooManyRequests
                ? Answers.WriteErrorAsync(
                    context, status, McpErrorCode.LimitExceeded, $"{options.Value.MaxStreamsPerPrincipal} event streams of this caller are open, which is as many as it may have.")
                : Answers.WriteErrorAsync(
                    context, status, McpErrorCode.Unavailable, $"{options.Value.MaxStreams} event streams are open on this node of the gateway, which is as many as it takes."));
            return;
        }

        try
        {
            await serve();
        }
        finally
        {
            Leave(place);
        }
    }

    private int Enter(string place)
    {
        lock (_gate)
        {
            if (_count >= options.Value.MaxStreams)
            {
                return StatusCodes.Status503ServiceUnavailable;
            }

            var own = _perCaller.GetValueOrDefault(place);
            if (own >= options.Value.MaxStreamsPerPrincipal)
            {
                return StatusCodes.Status429TooManyRequests;
            }

            _perCaller[place] = own + 1;
            _count++;
            return StatusCodes.Status200OK;
        }
    }

    private void Leave(string place)
    {
        lock (_gate)
        {
            _count--;
            if (--_perCaller[place] == 0)
            {
                _perCaller.Remove(place);
            }
        }
    }
}
